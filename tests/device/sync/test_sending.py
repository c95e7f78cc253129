"""What is owed goes to a real server, once, whatever happens to the line."""

import json

import pytest

from device.amendment import Kind
from device.entry import EntryKind, SyncState
from server.parts import parts_of


@pytest.fixture
def owed(store, take, draft):
    """A classified case with consent, which is owed from then on."""

    def owed(**scopes):
        case = take(subject="P-17", body_site="back", age_band="40-49")
        return store.amendments.write(case.id, draft(Kind.CONSENT, **(scopes or {"analyse": True})))

    return owed


@pytest.fixture
def at_server(server, enrolment):
    def at_server(case):
        return parts_of(server).cases.get(enrolment.kiosk, case.id)

    return at_server


def kinds(store):
    return [entry.kind for entry in store.outbox.all()]


def test_a_case_is_owed_from_when_consent_is_given(store, take, draft):
    case = take()
    assert (store.cases.get(case.id).sync, kinds(store)) == (None, [])
    store.amendments.write(case.id, draft(Kind.CONSENT, review=True))
    assert (store.cases.get(case.id).sync.state, kinds(store)) == (SyncState.WAITING, [EntryKind.RECORD])


def test_consent_given_before_the_photo_makes_the_case_owed_once_it_is_classified(
    store, skin_jpeg, judgement, draft
):
    from device.case import Origin

    case = store.cases.ask(Origin.BUTTON, consent=draft(Kind.CONSENT, analyse=True))
    store.cases.captured(case.id, store.photos.write(case.id, 0, skin_jpeg))
    assert kinds(store) == []
    store.cases.classified(case.id, judgement)
    assert kinds(store) == [EntryKind.RECORD]


def test_consent_withdrawn_before_anything_left_leaves_nothing_owed(store, owed, draft):
    case = owed()
    store.amendments.write(case.id, draft(Kind.CONSENT, replaces=case.amendments[-1].id))
    assert (store.cases.get(case.id).sync, kinds(store)) == (None, [])


def test_a_record_is_cleared_by_its_receipt_and_the_photo_is_owed_then(store, sending, owed, at_server):
    case = owed()
    assert sending.tell_next().fault is None
    assert kinds(store) == [EntryKind.PHOTO]
    assert at_server(case).photos[0].sha256 == case.photos[0].sha256


@pytest.mark.parametrize("fault", ["lost", "unanswered", "portal"])
def test_without_a_receipt_nothing_is_cleared_and_the_next_try_finishes(
    store, sending, owed, transport, fault
):
    owed()
    transport.faults = [fault]
    assert not sending.tell_next().reached
    assert kinds(store) == [EntryKind.RECORD]
    assert sending.tell_next().fault is None
    assert kinds(store) == [EntryKind.PHOTO]


def test_a_receipt_that_another_key_signed_clears_nothing(store, enrolment, transport, owed):
    from dataclasses import replace

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from device.sync.sending import Sending
    from device.uplink.uplink import Uplink
    from device.wire.keys import public_text

    owed()
    other = replace(enrolment, receipt_key=public_text(Ed25519PrivateKey.generate()))
    sent = Sending(store, Uplink(other, transport)).tell_next()
    assert (sent.reached, "signature" in sent.fault) == (False, True)
    assert kinds(store) == [EntryKind.RECORD]


def test_withdrawn_consent_reaches_the_server(store, sending, owed, draft, at_server):
    case = owed(review=True)
    sending.tell_next()
    store.amendments.write(case.id, draft(Kind.CONSENT, replaces=case.amendments[-1].id))
    while sending.tell_next():
        pass
    assert not at_server(case).consent_review
    assert at_server(case).photos[0].state == "unwanted"


def test_an_erased_case_is_erased_at_the_server(store, sending, owed, at_server):
    from server.errors import CaseErased

    case = owed()
    sending.tell_next()
    store.erase(case.id)
    assert kinds(store) == [EntryKind.ERASURE]
    sending.tell_next()
    assert kinds(store) == []
    with pytest.raises(CaseErased):
        at_server(case)


def test_a_clinicians_note_goes_only_where_somebody_may_read_it(store, sending, owed, draft, take):
    seen, unseen = owed(review=True), owed(analyse=True)
    for case in (seen, unseen):
        store.amendments.write(case.id, draft(Kind.NOTE, text="grew since spring"))
    assert [(e.case_id, e.kind) for e in store.outbox.all() if e.kind is EntryKind.CHANGE] == [
        (seen.id, EntryKind.CHANGE)
    ]


@pytest.mark.parametrize("scope", ["analyse", "review", "train"])
def test_corrected_details_go_with_every_scope_before_the_photo(store, sending, owed, draft, scope, server):
    case = owed(**{scope: True})
    sending.tell_next()
    store.amendments.write(case.id, draft(Kind.DETAILS, age_band="80+", body_site="forearm"))
    assert sending.tell_next().entry.kind is EntryKind.CHANGE
    with parts_of(server).database.read() as r:
        (kept,) = r.exec_driver_sql("SELECT change FROM changes").scalars()
    assert json.loads(kept)["content"]["age_band"] == "80+"


def test_details_corrected_without_consent_go_once_there_is_some_again(store, sending, owed, draft):
    case = owed()
    send_all(sending)

    def changes():
        return [entry.part for entry in store.outbox.all() if entry.kind is EntryKind.CHANGE]

    taken_back = draft(Kind.CONSENT, replaces=case.amendments[-1].id)
    store.amendments.write(case.id, taken_back)
    send_all(sending)
    details = draft(Kind.DETAILS, age_band="80+")
    store.amendments.write(case.id, details)
    assert changes() == []
    again = draft(Kind.CONSENT, replaces=taken_back.id, analyse=True)
    store.amendments.write(case.id, again)
    assert changes() == [again.id, details.id]


def test_what_waits_does_not_go_once_its_consent_is_withdrawn(store, sending, owed, draft, transport):
    case = owed(review=True)
    sending.tell_next()
    store.amendments.write(case.id, draft(Kind.NOTE, text="S-ECRET"))
    store.amendments.write(case.id, draft(Kind.CONSENT, replaces=case.amendments[-1].id))
    assert kinds(store) == [EntryKind.CHANGE]
    send_all(sending)
    assert kinds(store) == []
    assert not any(b"S-ECRET" in request.body for request in transport.requests)


def test_withdrawn_while_nobody_knows_whether_it_arrived_it_is_not_owed_for_ever(
    store, sending, owed, draft, transport, at_server
):
    case = owed(review=True)
    transport.faults = ["lost"]
    sending.tell_next()
    store.amendments.write(case.id, draft(Kind.CONSENT, replaces=case.amendments[-1].id))
    send_all(sending)
    assert (kinds(store), store.cases.get(case.id).sync) == ([], None)


def test_a_conflict_is_not_tried_for_ever_and_says_so(store, sending, owed, transport, uplink, at_server):
    case = owed()
    transport.faults = ["unanswered"]
    sending.tell_next()
    with store.database.transaction() as t:
        t.execute("UPDATE deliveries SET record = json_set(record, '$.body_site', 'arm')")
    sending.tell_next()
    assert sending.tell_next() is None
    assert store.cases.get(case.id).sync.state is SyncState.FAILED
    assert "other contents" in store.cases.get(case.id).sync.reason


def send_all(sending):
    return [sent.fault for sent in iter(sending.tell_next, None)]


@pytest.mark.parametrize(("scope", "kept"), [("analyse", "kept"), ("review", "kept"), ("train", "kept")])
def test_a_photo_arrives_whole_and_its_receipt_says_so(store, sending, owed, at_server, scope, kept):
    case = owed(**{scope: True})
    assert send_all(sending) == [None, None]
    assert kinds(store) == []
    assert at_server(case).photos[0].state == kept
    found = store.cases.get(case.id).sync
    assert (found.state, found.kept) == (SyncState.SENT, True)


@pytest.mark.parametrize("cut_bytes", [0, 1, 1000, 4000])
def test_an_upload_goes_on_at_the_byte_where_it_stopped(
    store, sending, owed, transport, at_server, cut_bytes
):
    case = owed(review=True)
    sending.tell_next()
    transport.faults = [None, cut_bytes]
    assert not sending.tell_next().reached
    assert send_all(sending) == [None]
    sent = b"".join(request.body for request in transport.requests if request.method == "PATCH")
    assert sent == store.photos.read(case.photos[0])
    assert at_server(case).photos[0].state == "kept"


@pytest.mark.parametrize("lost_request", range(6))
def test_whichever_answer_is_lost_the_case_arrives_once(
    store, sending, owed, transport, at_server, lost_request
):
    case = owed(review=True)
    transport.faults = [None] * lost_request + ["unanswered"]
    while sending.tell_next():
        pass
    assert kinds(store) == []
    assert at_server(case).photos[0].state == "kept"


def test_a_photo_that_the_server_forgot_is_begun_anew(store, sending, owed, transport, server, at_server):
    case = owed(review=True)
    sending.tell_next()
    transport.faults = [None, 100]
    sending.tell_next()
    parts_of(server).clock.pass_(hours=72)
    assert send_all(sending) == [None]
    assert at_server(case).photos[0].state == "kept"


def test_without_consent_to_keep_it_a_photo_goes_and_nothing_else_of_the_picture(
    store, sending, owed, transport
):
    owed(analyse=True)
    send_all(sending)
    records = [json.loads(request.body) for request in transport.requests if request.method == "PUT"]
    assert {record["thumbnail"] for record in records} == {None}
