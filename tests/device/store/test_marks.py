"""A phone that was away sees which cases have news, until it shows them."""

import pytest
from case_fixtures import PREDICTION

from device.amendment import Kind
from device.case import Role

OPINION = PREDICTION | {"model": {"name": "vgg16", "version": "1", "sha256": "ef" * 32}}


@pytest.fixture
def paired(store):
    """A paired phone."""

    def paired(role, **scope):
        added = store.phones.add(role, "a phone", **scope)
        with store.database.transaction() as t:
            t.execute("UPDATE phones SET paired = 1 WHERE id = ?", (added.phone.id,))
        return added.phone

    return paired


@pytest.fixture
def answered(store, take, draft):
    case = store.amendments.write(take(subject="P-17").id, draft(Kind.CONSENT, analyse=True))

    def answered():
        store.answers.take_opinion(case.id, OPINION)
        return store.cases.get(case.id)

    return answered


def test_an_opinion_marks_the_case_for_staff_and_for_its_own_subject(store, paired, answered):
    staff, own = paired(Role.STAFF), paired(Role.SUBJECT, subject="P-17")
    other, screen = paired(Role.SUBJECT, subject="P-18"), paired(Role.SCREEN)
    case = answered()
    marked = [store.marks.of(phone) for phone in (staff, own, other, screen)]
    assert marked == [{case.id}, {case.id}, set(), set()]


def test_the_mark_goes_from_the_phone_that_showed_the_case_and_from_no_other(store, paired, answered):
    one, other = paired(Role.STAFF), paired(Role.STAFF)
    case = answered()
    store.marks.shown(one, case)
    assert (store.marks.of(one), store.marks.of(other)) == (set(), {case.id})


def test_an_erased_case_has_no_news(store, paired, answered):
    staff = paired(Role.STAFF)
    store.erase(answered().id)
    assert store.marks.of(staff) == set()


def test_lights_learn_of_the_newest_opinion(store, answered):
    before = store.changes.last_opinion()
    answered()
    assert store.changes.last_opinion() > before == 0
