"""Cases come newest first, a page at a time, and a phone sees no more than it may."""

import pytest

from device.case import EVERYTHING, Scope
from device.errors import CaseUnknown


@pytest.fixture
def seven(take):
    """Seven cases: even ones of one subject, odd ones of another."""
    return [take("classified", subject=f"P-{number % 2}").id for number in range(7)]


def ids(cases):
    return [case.id for case in cases]


def test_the_newest_stands_first(store, seven):
    assert ids(store.cases.newest_first(10)) == seven[::-1]


def test_pages_follow_each_other_without_gap_or_repetition(store, seven):
    seen, before = [], None
    while page := store.cases.newest_first(3, before):
        assert len(page) <= 3
        seen += ids(page)
        before = page[-1].number
    assert seen == seven[::-1]


def test_a_case_that_arrives_between_two_pages_shifts_nothing(store, seven, take):
    first = store.cases.newest_first(3)
    take("classified")
    assert ids(store.cases.newest_first(3, first[-1].number)) == seven[3::-1][:3]


def test_a_page_is_not_moved_by_an_erased_case(store, seven):
    first = store.cases.newest_first(3)
    store.erase(first[-1].id)
    assert ids(store.cases.newest_first(10, first[-1].number)) == seven[3::-1]


def test_a_subject_sees_its_own_cases_and_nobody_elses(store, seven):
    assert ids(store.cases.newest_first(10, scope=Scope(subject="P-0"))) == seven[::-2]
    assert ids(store.cases.newest_first(10, scope=Scope(subject="P-9"))) == []


def test_a_phone_of_one_case_sees_that_case(store, seven):
    assert ids(store.cases.newest_first(10, scope=Scope(case_id=seven[2]))) == [seven[2]]


def test_pages_and_scopes_go_together(store, seven):
    page = store.cases.newest_first(2, scope=Scope(subject="P-0"))
    assert ids(page) == [seven[6], seven[4]]
    assert ids(store.cases.newest_first(2, page[-1].number, Scope(subject="P-0"))) == [seven[2], seven[0]]


def test_what_is_out_of_scope_is_unknown_as_if_it_did_not_exist(store, seven):
    with pytest.raises(CaseUnknown) as hidden:
        store.cases.get(seven[1], Scope(subject="P-0"))
    with pytest.raises(CaseUnknown) as missing:
        store.cases.get("no such case")
    assert str(hidden.value) == str(missing.value)


def test_what_is_out_of_scope_cannot_be_erased(store, seven):
    with pytest.raises(CaseUnknown):
        store.erase(seven[1], Scope(subject="P-0"))
    assert store.cases.count() == 7
    assert store.photos.read(store.cases.get(seven[1]).photos[0])


@pytest.mark.parametrize("scope", [EVERYTHING, Scope(subject="P-0"), Scope(case_id="x"), Scope("P-1", "x")])
def test_a_list_holds_what_the_scope_admits_and_nothing_else(store, seven, scope):
    everything = store.cases.newest_first(100)
    admitted = [case.id for case in everything if scope.admits(case)]
    assert ids(store.cases.newest_first(100, scope=scope)) == admitted
