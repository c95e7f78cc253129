"""Old cases go after a day of hourly looks; a clock that jumps erases nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from device.errors import CaseUnknown
from device.store import open_store
from device.store.retention import LOOK_SECONDS, LOOKS

DAYS = 30
DAY_SECONDS = 24 * 3600


@pytest.fixture
def look(store, clock):
    """Hourly looks, with the hours between them; what the last one found."""

    def look(times=1, days=DAYS):
        found = ()
        for _ in range(times):
            clock.let_pass(LOOK_SECONDS)
            found = store.retention.look(days)
        return found

    return look


def insert_old(store, count):
    """Many old cases, written past the verbs, since taking them would take long."""
    with store.database.transaction() as t:
        t.executemany(
            "INSERT INTO cases (id, state, origin, boot_id, boot_seconds, wall_at, wall_trusted) "
            "VALUES (?, 'failed', 'button', 'boot-1', 1.0, '2020-01-01T00:00:00+00:00', 1)",
            [(f"case-{number:03}",) for number in range(count)],
        )


def test_a_day_is_24_hourly_looks():
    assert LOOKS * LOOK_SECONDS == DAY_SECONDS


def test_an_old_case_goes_at_the_24th_look_in_a_row(take, clock, look):
    case = take("classified")
    clock.let_pass(DAYS * DAY_SECONDS)
    for _ in range(23):
        assert look() == ()
    assert look() == (case.id,)


def test_it_is_named_again_until_it_is_erased(store, take, clock, look):
    case = take("classified")
    clock.let_pass(DAYS * DAY_SECONDS)
    assert look(24) == look() == (case.id,)
    store.erase(case.id)
    assert look() == ()


@pytest.mark.parametrize(
    ("taken_at", "age", "is_old"),
    [
        (datetime(2026, 3, 1, 12, tzinfo=UTC), timedelta(days=30), False),
        (datetime(2026, 3, 1, 12, tzinfo=UTC), timedelta(days=30, microseconds=1), True),
        (datetime(2026, 3, 1, 12, 0, 0, 500_000, tzinfo=UTC), timedelta(days=30), False),
        (datetime(2026, 3, 1, 12, 0, 0, 500_000, tzinfo=UTC), timedelta(days=30, seconds=1), True),
        (datetime(2026, 3, 1, 12, tzinfo=UTC), timedelta(days=29, hours=23), False),
    ],
)
def test_old_is_what_is_older_than_so_many_days(store, take, clock, taken_at, age, is_old):
    clock.set_wall(taken_at, trusted=True)
    take("classified")
    clock.set_wall(taken_at + age, trusted=True)
    store.retention.look(DAYS)
    assert store.retention.overdue() == is_old


def test_a_case_that_is_not_old_stays_beside_one_that_is(store, take, clock, look):
    old = take("classified")
    clock.let_pass(20 * DAY_SECONDS)
    take("classified")
    clock.let_pass(12 * DAY_SECONDS)
    assert look(30) == (old.id,)
    assert store.retention.overdue() == 1


def test_a_clock_that_jumps_a_year_and_is_put_right_within_the_day_erases_nothing(store, take, clock, look):
    take("classified")
    for _ in range(3):
        clock.set_wall(clock.wall_at + timedelta(days=365), trusted=True)
        assert look(23) == ()
        assert store.retention.overdue() == 1
        clock.set_wall(clock.wall_at - timedelta(days=365), trusted=True)
        assert look() == ()
        assert store.retention.overdue() == 0


def test_a_case_taken_while_the_clock_was_ahead_only_stays_longer(store, take, clock, look):
    clock.set_wall(clock.wall_at + timedelta(days=365), trusted=True)
    take("classified")
    clock.set_wall(clock.wall_at - timedelta(days=365), trusted=True)
    clock.let_pass(2 * DAYS * DAY_SECONDS)
    assert look(30) == ()
    assert store.retention.overdue() == 0


def test_a_clock_that_nobody_trusts_counts_nothing_either_way(store, take, clock, look):
    case = take("classified")
    clock.let_pass(DAYS * DAY_SECONDS)
    look(12)
    clock.trusted = False
    assert look(50) == ()
    clock.set_wall(clock.wall_at - timedelta(days=3000), trusted=False)
    assert look(50) == ()
    assert store.retention.overdue() == 1
    clock.set_wall(clock.wall_at + timedelta(days=3000), trusted=True)
    assert look(11) == ()
    assert look() == (case.id,)


def test_a_case_whose_time_nobody_trusts_is_kept(store, take, clock, look):
    clock.set_wall(datetime(2020, 1, 1, tzinfo=UTC), trusted=False)
    take("classified")
    clock.reboot()
    clock.set_wall(datetime(2026, 3, 1, tzinfo=UTC), trusted=True)
    assert store.times.correct() == 0
    assert look(30) == ()
    assert store.retention.overdue() == 0


def test_a_case_whose_time_is_corrected_is_judged_by_the_right_one(store, take, clock, look):
    clock.set_wall(datetime(2020, 1, 1, tzinfo=UTC), trusted=False)
    take("classified")
    clock.set_wall(datetime(2026, 3, 1, tzinfo=UTC), trusted=True)
    assert store.times.correct() == 1
    assert look(30) == ()
    assert store.retention.overdue() == 0


def test_keeping_all_erases_nothing_and_forgets_the_looks(store, take, clock, look):
    case = take("classified")
    clock.let_pass(DAYS * DAY_SECONDS)
    look(23)
    assert look(30, days=None) == ()
    assert store.retention.overdue() == 0
    assert look(23) == ()
    assert look() == (case.id,)


def test_keeping_cases_longer_takes_back_the_looks(store, take, clock, look):
    take("classified")
    clock.let_pass(DAYS * DAY_SECONDS)
    look(23)
    assert look(days=365) == ()
    assert store.retention.overdue() == 0


def test_looks_outlive_a_restart(store, take, clock, home, look):
    case = take("classified")
    clock.let_pass(DAYS * DAY_SECONDS)
    look(23)
    later = open_store(home, clock=clock)
    assert later.retention.look(DAYS) == (case.id,)
    later.close()


def test_at_most_20_go_at_once_the_oldest_first(store, look):
    insert_old(store, 45)
    first = look(24)
    assert first == tuple(f"case-{number:03}" for number in range(20))
    for case_id in first:
        store.cases.erase(case_id)
    second = look()
    assert second == tuple(f"case-{number:03}" for number in range(20, 40))
    for case_id in second:
        store.cases.erase(case_id)
    assert len(look()) == 5


def test_the_hourly_work_erases_them_with_their_photos_and_what_was_written(store, take, clock, look, draft):
    old = take("classified")
    store.amendments.write(old.id, draft("note", text="Itches."))
    clock.let_pass(2 * DAYS * DAY_SECONDS)
    new = take("classified")
    look(23)
    store.keep_retention(DAYS)
    with pytest.raises(CaseUnknown):
        store.cases.get(old.id)
    assert store.cases.get(new.id) == new
    assert list(store.photos.files()) == [new.photos[0].file]
    assert store.cases.owed_erasures() == ()
    with store.database.read() as r:
        assert r.execute("SELECT count(*) FROM amendments").fetchone()[0] == 0


def test_the_hourly_work_keeps_all_where_the_clinic_says_so(store, take, clock):
    take("classified")
    for _ in range(30):
        clock.let_pass(365 * DAY_SECONDS)
        store.keep_retention(None)
    assert store.cases.count() == 1


def test_a_case_that_a_person_erased_meanwhile_keeps_no_other_from_going(
    store, take, clock, look, monkeypatch
):
    first, second = take("classified"), take("classified")
    clock.let_pass(DAYS * DAY_SECONDS)
    found = look(24)
    assert found == (first.id, second.id)
    store.erase(first.id)
    monkeypatch.setattr(store.retention, "look", lambda days: found)
    store.keep_retention(DAYS)
    assert store.cases.count() == 0


def test_a_case_without_a_trusted_time_is_as_old_as_what_came_after_it(store, take, clock, look):
    clock.trusted = False
    before = take("classified")
    clock.trusted = True
    dated = take("classified")
    clock.let_pass(DAYS * DAY_SECONDS + 1)
    clock.trusted = False
    after = take("classified")
    clock.trusted = True
    assert set(look(24)) == {before.id, dated.id}
    assert store.cases.get(after.id)
