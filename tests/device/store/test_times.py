"""Times are corrected once the clock is trusted; order never comes from the wall clock."""

from datetime import UTC, datetime, timedelta

import pytest

POWER_CUT = datetime(2020, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def untrusted(clock):
    """A kiosk that has just started, in the past."""
    clock.set_wall(POWER_CUT, trusted=False)
    return clock


def test_a_time_that_nobody_vouches_for_is_marked(take, untrusted):
    case = take("classified")
    assert not case.time_trusted
    assert case.captured_at == POWER_CUT
    assert case.as_json()["captured_at_trusted"] is False


def test_nothing_is_corrected_before_the_clock_is_trusted(store, take, untrusted):
    case = take("classified")
    assert store.times.correct() == 0
    assert store.cases.get(case.id) == case


def test_once_trusted_the_boots_cases_get_their_right_times(store, take, untrusted):
    cases = []
    for _ in range(3):
        cases.append(take("classified"))
        untrusted.let_pass(60)
    untrusted.set_wall(NOW, trusted=True)
    assert store.times.correct() == 3
    corrected = [store.cases.get(case.id) for case in cases]
    assert [case.captured_at for case in corrected] == [
        NOW - timedelta(seconds=seconds) for seconds in (180, 120, 60)
    ]
    assert all(case.time_trusted for case in corrected)


def test_a_corrected_time_is_not_corrected_again(store, take, untrusted):
    case = take("classified")
    untrusted.set_wall(NOW, trusted=True)
    assert store.times.correct() == 1
    right = store.cases.get(case.id)
    untrusted.set_wall(NOW + timedelta(days=9), trusted=True)
    assert store.times.correct() == 0
    assert store.cases.get(case.id) == right


def test_trusted_times_are_left_alone(store, take, clock):
    case = take("classified")
    clock.let_pass(5)
    assert store.times.correct() == 0
    assert store.cases.get(case.id) == case


def test_cases_of_an_earlier_boot_stay_untrusted(store, take, untrusted):
    case = take("classified")
    untrusted.reboot()
    untrusted.set_wall(NOW, trusted=True)
    assert store.times.correct() == 0
    assert store.cases.get(case.id) == case


def test_a_case_waiting_for_its_photo_gets_its_right_time_too(store, take, untrusted, skin_jpeg):
    case = take("asked")
    untrusted.let_pass(1)
    untrusted.set_wall(NOW, trusted=True)
    assert store.times.correct() == 1
    untrusted.let_pass(1)
    store.cases.captured(case.id, store.photos.write(case.id, 0, skin_jpeg))
    assert store.cases.get(case.id).captured_at == NOW + timedelta(seconds=1)


def test_a_photo_taken_while_times_are_corrected_keeps_its_own_time(
    store, take, untrusted, skin_jpeg, monkeypatch
):
    case = take("asked")
    photo = store.photos.write(case.id, 0, skin_jpeg)
    untrusted.let_pass(3)
    untrusted.set_wall(NOW, trusted=True)
    transaction = store.database.transaction

    def photo_first(**options):
        monkeypatch.setattr(store.database, "transaction", transaction)
        store.cases.captured(case.id, photo)
        return transaction(**options)

    monkeypatch.setattr(store.database, "transaction", photo_first)
    store.times.correct()
    assert store.cases.get(case.id).captured_at == NOW


def test_the_order_never_inverts_however_the_wall_clock_jumps(store, take, clock):
    taken = []
    jumps = (timedelta(), timedelta(days=-2000), timedelta(days=4000), timedelta(hours=-1))
    for jump in jumps:
        clock.set_wall(clock.wall_at + jump, trusted=False)
        taken.append(take("classified").id)
        clock.let_pass(1)
    clock.reboot()
    clock.set_wall(POWER_CUT, trusted=False)
    taken.append(take("classified").id)
    assert [case.id for case in store.cases.newest_first(10)] == taken[::-1]
    clock.set_wall(NOW, trusted=True)
    store.times.correct()
    assert [case.id for case in store.cases.newest_first(10)] == taken[::-1]
    assert [case.number for case in store.cases.newest_first(10)] == [5, 4, 3, 2, 1]


def test_what_was_written_before_the_clock_was_trusted_gets_its_right_time_too(store, take, untrusted, draft):
    case = take("classified")
    untrusted.let_pass(60)
    store.amendments.write(case.id, draft("note", text="Itches."))
    untrusted.let_pass(60)
    untrusted.set_wall(NOW, trusted=True)
    (note,) = store.cases.get(case.id).notes
    assert (note.written_at, note.time_trusted) == (POWER_CUT + timedelta(seconds=60), False)
    assert store.times.correct() == 2, "the case and the note"
    (note,) = store.cases.get(case.id).notes
    assert (note.written_at, note.time_trusted) == (NOW - timedelta(seconds=60), True)
    assert store.times.correct() == 0


def test_what_was_written_in_an_earlier_boot_or_at_a_trusted_time_keeps_its_time(store, take, clock, draft):
    case = take("classified")
    store.amendments.write(case.id, draft("note", text="By a trusted clock."))
    clock.reboot()
    clock.set_wall(POWER_CUT, trusted=False)
    store.amendments.write(case.id, draft("note", text="By a clock that nobody trusts."))
    kept = store.cases.get(case.id)
    clock.reboot()
    clock.set_wall(NOW + timedelta(days=1), trusted=True)
    assert store.times.correct() == 0
    assert store.cases.get(case.id) == kept
