"""A lesion's and a subject's cases in order, and the subjects there are."""

from datetime import timedelta

import pytest

from device.case import Scope
from device.errors import CaseUnknown

ODD_NAMES = [
    "!",
    "%",
    "' OR 1=1 --",
    "10",
    "9",
    "A b",
    "Ann",
    "ann",
    "anna",
    "a\x00b",
    "tab\there",
    "Ärztin",
    "ärztin",
    "Ω-1",
    "病人",
    "\N{PILE OF POO}",
    "\U0010ffff",
    " leading",
    "trailing ",
]


def ids(cases):
    return [case.id for case in cases]


@pytest.fixture
def many(store):
    """Cases of one subject's lesion, written past the verbs, since 230 would take long."""
    with store.database.transaction() as t:
        t.executemany(
            "INSERT INTO cases (id, state, origin, subject, lesion, boot_id, boot_seconds, wall_at, "
            "wall_trusted) VALUES (?, 'failed', 'button', 'P-17', 'arm', 'boot-1', 1.0, ?, 1)",
            [(f"case-{number:03}", "2026-03-01T12:00:00+00:00") for number in range(230)],
        )


def test_a_lesions_cases_come_oldest_first(store, take):
    arm = [take("classified", subject="P-17", lesion="arm").id for _ in range(3)]
    take("classified", subject="P-17", lesion="back")
    take("classified", subject="P-18", lesion="arm")
    take("classified", subject="P-17")
    for case_id in arm:
        assert ids(store.history.of_lesion(case_id)) == arm


def test_a_subjects_cases_come_oldest_first_whatever_the_lesion(store, take):
    own = [take("classified", subject="P-17", lesion=lesion).id for lesion in ("arm", "back", None, "arm")]
    take("classified", subject="P-18", lesion="arm")
    take("classified", lesion="arm")
    for case_id in own:
        assert ids(store.history.of_subject(case_id)) == own


def test_each_case_comes_whole(store, take, draft):
    case = take("classified", subject="P-17", lesion="arm")
    store.amendments.write(case.id, draft("note", text="Itches."))
    assert (
        store.history.of_lesion(case.id) == store.history.of_subject(case.id) == (store.cases.get(case.id),)
    )


@pytest.mark.parametrize("details", [{}, {"lesion": "arm"}, {"subject": "P-17"}])
def test_a_lesion_is_alone_where_it_or_its_subject_has_no_name(store, take, details):
    case, alike = take("classified", **details), take("classified", **details)
    assert store.history.of_lesion(case.id) == (case,)
    assert store.history.of_lesion(alike.id) == (alike,)


def test_a_case_of_nobody_is_alone(store, take):
    case = take("classified", lesion="arm")
    take("classified", lesion="arm")
    assert store.history.of_subject(case.id) == (case,)


def test_the_order_is_that_of_the_cases_however_the_wall_clock_jumped(store, take, clock):
    taken = []
    for days in (0, -2000, 4000, -1):
        clock.set_wall(clock.wall_at + timedelta(days=days), trusted=True)
        taken.append(take("classified", subject="P-17", lesion="arm").id)
    clock.reboot()
    taken.append(take("classified", subject="P-17", lesion="arm").id)
    assert ids(store.history.of_lesion(taken[2])) == taken
    assert ids(store.history.of_subject(taken[2])) == taken


def test_within_a_subjects_scope_there_are_only_its_own(store, take):
    own = [take("classified", subject="P-17", lesion="arm").id for _ in range(2)]
    other = take("classified", subject="P-18", lesion="arm")
    scope = Scope(subject="P-17")
    assert ids(store.history.of_lesion(own[0], scope)) == own
    assert ids(store.history.of_subject(own[0], scope)) == own
    for look in (store.history.of_lesion, store.history.of_subject):
        with pytest.raises(CaseUnknown):
            look(other.id, scope)


def test_within_a_single_cases_scope_there_is_that_case_alone(store, take):
    cases = [take("classified", subject="P-17", lesion="arm") for _ in range(3)]
    scope = Scope(case_id=cases[1].id)
    for look in (store.history.of_lesion, store.history.of_subject):
        assert look(cases[1].id, scope) == (cases[1],)
        with pytest.raises(CaseUnknown):
            look(cases[0].id, scope)


@pytest.mark.parametrize("case_id", ["never-there", ""])
def test_an_unknown_case_has_no_history(store, case_id):
    for look in (store.history.of_lesion, store.history.of_subject):
        with pytest.raises(CaseUnknown):
            look(case_id)


def test_a_long_history_shows_its_two_hundred_newest(store, many):
    for look in (store.history.of_lesion, store.history.of_subject):
        assert ids(look("case-229")) == [f"case-{number:03}" for number in range(30, 230)]


def test_a_phone_of_one_old_case_of_a_long_history_sees_it(store, many):
    for look in (store.history.of_lesion, store.history.of_subject):
        assert ids(look("case-000", Scope(case_id="case-000"))) == ["case-000"]


def test_a_case_whose_subject_is_corrected_changes_histories(store, take, draft):
    first, second = (take("classified", subject="P-17", lesion="arm").id for _ in range(2))
    third = take("classified", subject="P-18", lesion="arm").id
    store.amendments.write(second, draft("details", subject="P-18", lesion="arm"))
    assert ids(store.history.of_lesion(first)) == [first]
    assert ids(store.history.of_lesion(third)) == [second, third]
    assert ids(store.history.of_subject(second)) == [second, third]


def test_an_erased_case_leaves_the_histories_and_the_list(store, take):
    first, second = (take("classified", subject="P-17", lesion="arm") for _ in range(2))
    store.erase(second.id)
    assert store.history.of_lesion(first.id) == (first,)
    assert store.history.newest_case_of("P-17") == first.id
    store.erase(first.id)
    assert store.history.subjects(10) == ()
    assert store.history.newest_case_of("P-17") is None


def test_the_list_tells_what_is_known_of_each_subject(store, take):
    take("classified", subject="P-18", lesion="arm")
    for lesion in ("arm", "back", "arm", None):
        newest = take("classified", subject="P-17", lesion=lesion)
    take("failed", lesion="of nobody")
    (first, second) = store.history.subjects(10)
    assert (first.name, first.cases, first.lesions, first.newest_case_id) == ("P-17", 4, 2, newest.id)
    assert (second.name, second.cases, second.lesions) == ("P-18", 1, 1)


def test_nobody_is_listed_where_nobody_has_a_name(store, take):
    assert store.history.subjects(10) == ()
    take("classified")
    assert store.history.subjects(10) == ()


@pytest.mark.parametrize("limit", [1, 2, 7, 100])
def test_pages_go_through_all_names_once_each(store, take, limit):
    for name in ODD_NAMES * 2:
        take("failed", subject=name)
    seen, after = [], ""
    while page := store.history.subjects(limit, after):
        assert len(page) <= limit
        seen += page
        after = page[-1].name
    assert [subject.name for subject in seen] == sorted(ODD_NAMES)
    assert {subject.cases for subject in seen} == {2}


def test_the_newest_case_of_a_subject_is_found_by_its_exact_name(store, take):
    for name in ODD_NAMES:
        case = take("failed", subject=name)
        assert store.history.newest_case_of(name) == case.id
    assert store.history.newest_case_of("ANN") is None
    assert store.history.newest_case_of("") is None
