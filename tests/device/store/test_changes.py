"""Each change of state is noted in order, and other processes can tell that something changed."""

from device.case import Origin
from device.store import open_store


def told(changes):
    return [(change.case_id, change.state) for change in changes]


def test_each_state_is_noted_in_order(store, take):
    case = take("classified")
    states = [change.state for change in store.changes.after(0)]
    assert states == ["asked", "captured", "classified"]
    assert {change.case_id for change in store.changes.after(0)} == {case.id}


def test_a_reader_goes_on_where_it_stopped(store, take):
    take("retake")
    last = store.changes.last()
    assert store.changes.after(last) == ()
    case = take("failed")
    assert told(store.changes.after(last)) == [(case.id, "asked"), (case.id, "failed")]
    assert store.changes.after(last)[-1].number == store.changes.last()


def test_no_more_changes_come_than_are_asked_for(store, take):
    take("classified")
    assert len(store.changes.after(0, limit=2)) == 2


def test_a_change_names_the_subject_until_its_case_is_erased(store, take):
    case = take("classified", subject="P-17")
    assert {change.subject for change in store.changes.after(0)} == {"P-17"}
    store.erase(case.id)
    changes = store.changes.after(0)
    assert {change.subject for change in changes} == {None}
    assert changes[-1].state == "erased"


def test_numbers_are_never_used_twice(store, take):
    first = take("classified")
    last = store.changes.last()
    store.erase(first.id)
    second = take("classified")
    assert second.number > first.number
    assert store.changes.after(last)[0].number == last + 1


def test_an_empty_store_has_no_changes(store):
    assert store.changes.last() == 0
    assert store.changes.after(0) == ()


def test_old_changes_are_dropped_and_the_newest_ten_thousand_stay(store):
    with store.database.transaction() as t:
        t.executemany(
            "INSERT INTO changes (case_id, state) VALUES (?, 'asked')", [(str(n),) for n in range(12_500)]
        )
    numbers = [change.number for change in store.changes.after(0, limit=20_000)]
    assert numbers[0] == 2001
    assert numbers[-1] == 12_500


def test_another_connection_notices_a_commit_once(store, home, clock):
    watch = store.watch()
    assert watch.changed()
    assert not watch.changed()
    other = open_store(home, clock=clock)
    other.cases.ask(Origin.BUTTON)
    other.processes.beat("device", 1, {})
    assert watch.changed()
    assert not watch.changed()
    other.close()
    watch.close()


def test_reading_changes_nothing(store, take):
    take("classified")
    watch = store.watch()
    watch.changed()
    store.cases.newest_first(10)
    store.changes.after(0)
    assert not watch.changed()
    watch.close()
