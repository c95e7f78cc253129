"""What the server refuses, or cannot take now, is kept and said, with what to do about it."""

import json

import pytest

from device.amendment import Kind
from device.entry import EntryKind, SyncState
from device.errors import ServerRefused
from device.uplink.transport import Answer
from device.uplink.uplink import Uplink
from server.parts import parts_of


class Refusing:
    """Answers everything like that."""

    def __init__(self, status, **headers):
        body = {"title": "No", "detail": "photos.0: this does not hold", "status": status}
        named = {"content-type": "application/problem+json", **headers}
        self.answer = Answer(status, named, json.dumps(body).encode())

    def send(self, _):
        return self.answer


@pytest.fixture
def case(store, take, draft):
    return store.amendments.write(take().id, draft(Kind.CONSENT, review=True))


@pytest.fixture
def refused(store, enrolment, case):
    """How a try ended that was answered like that."""

    def refused(status, **headers):
        from device.sync.sending import Sending

        uplink = Uplink(
            enrolment, Refusing(status, **{name.replace("_", "-"): w for name, w in headers.items()})
        )
        return Sending(store, uplink).tell_next()

    return refused


def standing(store, case):
    return store.cases.get(case.id).sync


@pytest.mark.parametrize("status", [401, 403])
def test_a_kiosk_that_is_let_in_no_more_keeps_all_and_says_how_to_enrol(store, refused, case, status):
    sent = refused(status)
    assert not sent.reached, "it is tried again with growing pauses"
    assert "ask its admin for a new code, then run kiosk enrol" in sent.fault
    assert [entry.fault for entry in store.outbox.all()] == [None]
    assert standing(store, case).state is SyncState.WAITING


def test_a_revoked_kiosk_that_enrols_anew_goes_on(store, sending, server, transport, home, case, enrolment):
    from device.sync.sending import Sending
    from device.uplink.enrolling import enrol

    kiosks = parts_of(server).kiosks
    kiosks.revoke("bar")
    assert "enrol" in sending.tell_next().fault
    anew = enrol(home, "http://127.0.0.1", kiosks.add("bar again"), transport)
    assert Sending(store, Uplink(anew, transport)).tell_next().fault is None


@pytest.mark.parametrize("status", [400, 409, 412, 413, 415, 422])
def test_what_is_never_taken_as_it_is_says_why_and_whom_to_tell(store, refused, case, status):
    assert refused(status).reached
    found = standing(store, case)
    assert found.state is SyncState.FAILED
    for words in (
        "photos.0: this does not hold",
        "stays on this kiosk",
        "tell the server's admin",
        "--try-again",
    ):
        assert words in found.reason
    assert store.outbox.next() is None
    store.outbox.try_again()
    assert store.outbox.next().kind is EntryKind.RECORD


@pytest.mark.parametrize(
    ("status", "words"), [(503, "cannot take it now"), (500, "nothing is lost"), (507, "no room")]
)
def test_what_cannot_be_taken_now_is_sent_again_by_itself(store, refused, case, clock, status, words):
    sent = refused(status, retry_after="20")
    assert words in sent.fault
    assert "tries again by itself" in sent.fault
    found = standing(store, case)
    assert (found.state, found.reason) == (
        SyncState.WAITING,
        "the last try did not go through: it is sent again by itself",
    )
    clock.let_pass(19)
    assert store.outbox.next() is None
    clock.let_pass(2)
    assert store.outbox.next().kind is EntryKind.RECORD


def test_after_thousands_of_tries_it_is_still_tried(store, refused, case, clock):
    with store.database.transaction() as t:
        t.execute("UPDATE outbox SET attempts = 5000")
    refused(503, retry_after="1")
    assert store.outbox.next() is None
    clock.let_pass(301)
    assert store.outbox.next() is not None


def test_an_upload_that_ended_meanwhile_is_no_fault(
    store, sending, transport, server, enrolment, case, monkeypatch
):
    sending.tell_next()

    def gone(*_):
        raise ServerRefused("no such upload", 404)

    with monkeypatch.context() as patched:
        patched.setattr(sending._uplink, "upload", gone)
        assert "not whole" in sending.tell_next().fault
    assert standing(store, case).state is not SyncState.FAILED
