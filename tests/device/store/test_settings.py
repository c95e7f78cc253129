"""What staff set on the pages is kept by name, with who set it and when."""

import pytest

from device.store import open_store


@pytest.fixture
def settings(store):
    return store.settings


def values(settings):
    return {name: stored.value for name, stored in settings.all().items()}


def test_nothing_is_set_at_first(settings):
    assert settings.all() == {}


def test_a_value_is_kept_with_who_set_it_and_when(settings, clock):
    settings.put({"clinic.name": "St. Ada"}, "Dr. Ada")
    stored = settings.all()["clinic.name"]
    assert (stored.value, stored.set_by, stored.set_at) == ("St. Ada", "Dr. Ada", clock.wall_at)


@pytest.mark.parametrize(
    "value", [None, True, 0, 2.5, "", "Ünïcode \N{PILE OF POO}\n'; --", ["Fever.", "Bleeding."], []]
)
def test_a_value_comes_back_as_it_was(settings, value):
    settings.put({"clinic.red_flags": value}, "Dr. Ada")
    assert values(settings) == {"clinic.red_flags": value}


def test_a_later_value_replaces_the_earlier_one_alone(settings, clock):
    settings.put({"clinic.name": "St. Ada", "panel.countdown_seconds": 3}, "Dr. Ada")
    first_at = clock.wall_at
    clock.let_pass(60)
    settings.put({"panel.countdown_seconds": 5}, "Nurse Bo")
    stored = settings.all()
    assert values(settings) == {"clinic.name": "St. Ada", "panel.countdown_seconds": 5}
    assert (stored["clinic.name"].set_by, stored["clinic.name"].set_at) == ("Dr. Ada", first_at)
    assert stored["panel.countdown_seconds"].set_by == "Nurse Bo"
    assert stored["panel.countdown_seconds"].set_at == clock.wall_at


def test_all_are_kept_or_none(settings):
    settings.put({"clinic.name": "St. Ada"}, "Dr. Ada")
    with pytest.raises(TypeError):
        settings.put({"clinic.name": "St. Bo", "clinic.red_flags": object()}, "Nurse Bo")
    assert values(settings) == {"clinic.name": "St. Ada"}


def test_a_cleared_value_is_gone_and_the_others_stay(settings):
    settings.put({"clinic.name": "St. Ada", "panel.countdown_seconds": 3}, "Dr. Ada")
    settings.clear("clinic.name")
    settings.clear("never.set")
    assert values(settings) == {"panel.countdown_seconds": 3}


def test_they_outlive_the_process_and_others_notice(store, settings, home, clock):
    watch = store.watch()
    watch.changed()
    other = open_store(home, clock=clock)
    other.settings.put({"clinic.name": "St. Ada"}, "Dr. Ada")
    other.close()
    assert watch.changed()
    assert values(settings) == {"clinic.name": "St. Ada"}
    watch.close()
