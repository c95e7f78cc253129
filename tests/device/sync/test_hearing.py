"""What the server has comes home, once, and stands beside the kiosk's own estimate."""

import json

import pytest
from case_fixtures import PREDICTION

from device.amendment import Kind
from device.entry import SyncState
from device.sync.hearing import Hearing
from device.wire.update import UpdateKind
from server.parts import parts_of
from server.store.updates import News, tell

OPINION = PREDICTION | {
    "model": {"name": "skin-kiosk-vgg16", "version": "1", "sha256": "ef" * 32},
    "finding": {"text": "Most likely: melanoma (60 %).", "urgency": "soon"},
}


@pytest.fixture
def tells(server, enrolment):
    """The server has something for this kiosk."""

    def tells(kind, case_id, content):
        parts = parts_of(server)
        with parts.database.transaction() as t:
            tell(t, parts.clock, News(enrolment.kiosk, kind, case_id, content))

    return tells


@pytest.fixture
def case(store, take, draft):
    return store.amendments.write(take().id, draft(Kind.CONSENT, analyse=True))


def test_an_opinion_comes_home_beside_the_estimate(store, hearing, tells, case):
    tells(UpdateKind.OPINION, case.id, OPINION)
    assert (hearing.hear(), hearing.hear()) == (1, 0)
    found = store.cases.get(case.id)
    assert found.opinion == OPINION
    assert found.prediction == case.prediction
    assert found.sync.state is SyncState.ANSWERED
    assert found.opinion_disagrees
    assert store.changes.after(0)[-1].state == "opinion"


def test_an_update_heard_twice_changes_nothing(store, hearing, tells, case):
    tells(UpdateKind.OPINION, case.id, OPINION)
    hearing.hear()
    with store.database.transaction() as t:
        t.execute("UPDATE server_cursor SET cursor = 0")
    hearing.hear()
    with store.database.read() as r:
        assert r.execute("SELECT count(*) FROM opinions").fetchone()[0] == 1


def test_a_parked_case_says_why(store, hearing, tells, case):
    tells(UpdateKind.PARKED, case.id, {"reason": "the photo does not decode"})
    hearing.hear()
    found = store.cases.get(case.id).sync
    assert (found.state, found.reason) == (SyncState.PARKED, "the photo does not decode")


def test_an_opinion_on_an_erased_case_is_forgotten(store, hearing, tells, case):
    tells(UpdateKind.OPINION, case.id, OPINION)
    store.erase(case.id)
    assert hearing.hear() == 1
    assert json.dumps(OPINION) not in str(store.outbox.all())
    assert store.answers.cursor(hearing._kiosk_id) == 1


def test_what_a_newer_server_says_is_passed_over(store, hearing, tells, case):
    tells("weather", case.id, {"sky": "blue"})
    tells(UpdateKind.OPINION, case.id, OPINION)
    hearing.hear()
    assert store.cases.get(case.id).opinion == OPINION


def test_a_parked_case_is_asked_for_once_more(store, hearing, sending, tells, case, transport, server):
    while sending.tell_next():
        pass
    tells(UpdateKind.PARKED, case.id, {"reason": "the server ran out of tries"})
    hearing.hear()
    store.outbox.ask_again(case.id)
    assert store.cases.get(case.id).sync.state is SyncState.WAITING
    assert sending.tell_next().fault is None
    assert (transport.requests[-1].method, store.outbox.count()) == ("POST", 0)
    assert store.cases.get(case.id).sync.state is SyncState.SENT


class Line:
    """Answers that were cut short: each comes after so many seconds."""

    def __init__(self, uplink, answer):
        self._uplink, self._answer = uplink, answer
        self.now = 0.0

    def updates(self, after, wait_seconds):
        self.now += self._answer.pop("takes", wait_seconds)
        return self._uplink.updates(after, 0).model_copy(update=self._answer)


@pytest.fixture
def rest_after(store, uplink, enrolment):
    """How long it rests after an answer like that."""

    def rest_after(**answer):
        line = Line(uplink, answer)
        return Hearing(store, line, enrolment.kiosk, lambda: line.now).listen()

    return rest_after


def test_after_a_wait_in_vain_it_asks_again_at_once(rest_after):
    assert rest_after() == 0


def test_an_empty_answer_that_came_too_soon_is_followed_by_a_pause(rest_after):
    assert 5 <= rest_after(takes=0.1) <= 10


def test_it_stays_away_as_long_as_the_server_says(rest_after):
    assert rest_after(pause_seconds=14, takes=0.1) == 14
    assert rest_after(pause_seconds=9) == 9


def test_it_does_not_stay_away_for_ever_whatever_the_server_says(rest_after):
    assert rest_after(pause_seconds=10**6) == 60


def test_news_is_followed_by_no_pause(rest_after, tells, case):
    tells(UpdateKind.PARKED, case.id, {"reason": "no"})
    assert rest_after(takes=0.1, pause_seconds=14) == 0
