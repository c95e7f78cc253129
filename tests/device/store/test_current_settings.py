"""The settings as they hold now: what the pages set over what was given at the start."""

import logging

import pytest

from device.config import load_settings
from device.errors import StoreDamaged
from device.store.current_settings import CurrentSettings


@pytest.fixture
def current(home, store):
    return CurrentSettings(load_settings(home), store.settings)


def test_a_change_holds_at_the_next_look_and_ends_with_what_it_replaced(current, store):
    assert current.config().screen.finding_seconds == 60
    store.settings.put({"screen.finding_seconds": 20}, "Anna")
    assert current.config().screen.finding_seconds == 20
    assert current.now().settings.origins["screen.finding_seconds"] == "pages"
    assert current.now().stored["screen.finding_seconds"].set_by == "Anna"
    store.settings.clear("screen.finding_seconds")
    assert current.config().screen.finding_seconds == 60


def test_the_same_value_set_by_another_is_theirs(current, store):
    store.settings.put({"clinic.name": "Village clinic"}, "Anna")
    assert current.now().stored["clinic.name"].set_by == "Anna"
    store.settings.put({"clinic.name": "Village clinic"}, "Ben")
    assert current.now().stored["clinic.name"].set_by == "Ben"


def test_nothing_is_worked_out_again_while_nothing_changes(current, store):
    store.settings.put({"clinic.name": "Village clinic"}, "Anna")
    assert current.now() is current.now()


def test_while_the_store_fails_what_was_last_known_holds(current, store, monkeypatch):
    store.settings.put({"clinic.name": "Village clinic"}, "Anna")
    assert current.config().clinic.name == "Village clinic"

    def broken():
        raise StoreDamaged("the database is damaged")

    monkeypatch.setattr(store.settings, "all", broken)
    assert current.config().clinic.name == "Village clinic"
    with pytest.raises(StoreDamaged):
        current.now()


def test_a_store_that_fails_from_the_start_leaves_what_was_given(current, store, monkeypatch):
    def broken():
        raise StoreDamaged("the database is damaged")

    monkeypatch.setattr(store.settings, "all", broken)
    assert current.config() == load_settings(store.photos.folder.parent).config


@pytest.mark.parametrize("name", ["clinic.language", "screen.brightness", "colour", "web"])
def test_a_value_that_does_not_hold_is_left_aside_alone_and_said_once(current, store, caplog, name):
    store.settings.put({name: "de", "clinic.name": "Village clinic"}, "a later program")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert current.config().clinic.name == "Village clinic"
    assert current.config().clinic.language == "en"
    assert name in current.now().stored
    assert len(caplog.records) == 1


def test_an_option_goes_over_the_pages(home, store):
    given = load_settings(home, options={"clinic": {"name": "Fair"}})
    store.settings.put({"clinic.name": "Village clinic"}, "Anna")
    now = CurrentSettings(given, store.settings).now()
    assert now.settings.config.clinic.name == "Fair"
    assert now.settings.origins["clinic.name"] == "option"
