"""An admin looks at a held photo: released it is a photo like any other, dropped it is gone for good."""

import base64
from dataclasses import replace

import pytest
from server_backings import on_both_databases
from server_doubles import a_record, enrolled
from server_queue import a_prediction
from tus_doubles import TusKiosk

from device.wire.receipt import PhotoState
from server.errors import CaseErased, CaseUnknown, PhotoGone, Refused
from server.opinions.answers import Answers
from server.photos.held import NOT_KEPT
from server.photos.removals import Removals
from server.photos.retention import drop_outdated
from server.store.tables import opinions, photos

BOTH = {"analyse": True, "review": True}


@pytest.fixture
def photo(parts):
    return lambda record: parts.cases.get(None, record["id"]).photos[0]


@pytest.fixture
def told(kiosk):
    """What the kiosk was told: kind and content."""
    return lambda: [(u["kind"], u["content"]) for u in kiosk.call("GET", "/v1/updates").json["updates"]]


def state(kiosk, record):
    """As the receipt of the record says."""
    return kiosk.put(record).json["photos"][0]["state"]


@on_both_databases
def test_they_are_listed_the_longest_waiting_first(send, held, clock, kiosk):
    first = send(consent={"review": True})
    clock.pass_(hours=1)
    second = send()
    one, other = held.all()
    assert (one.case, one.number, one.reason, one.kiosk) == (first["id"], 0, "a face was found", "bar")
    assert (one.until, other.case, other.since) == (None, second["id"], clock())


def test_the_photo_is_there_to_look_at(sent, held, skin_jpeg):
    assert held.read(sent["id"], 0) == skin_jpeg


@on_both_databases
def test_a_released_photo_is_kept_and_its_opinion_ordered(sent, held, parts, photo, kiosk):
    held.release(sent["id"], 0)
    assert (photo(sent).state, photo(sent).reason) == (PhotoState.KEPT, None)
    assert held.all() == ()
    assert state(kiosk, sent) == "kept"
    job = parts.queue.claim("a worker")
    answers = Answers(parts.database, parts.clock, parts.settling, parts.queue)
    assert answers.asked(job).files == (photo(sent).file,)


def test_the_kiosk_hears_of_a_release(send, held, told):
    record = send(consent={"review": True})
    held.release(record["id"], 0)
    assert told() == [("receipt", {})]


def test_the_kiosk_hears_of_a_held_photo_whose_time_was_over(sent, parts, clock, photo, told):
    clock.pass_(days=8)
    drop_outdated(parts.database, clock)
    assert photo(sent).state is PhotoState.DROPPED
    assert told() == [("receipt", {})]


def test_a_release_orders_nothing_that_was_not_allowed(send, held, parts):
    record = send(consent={"review": True})
    held.release(record["id"], 0)
    assert parts.queue.claim("a worker") is None


def test_a_photo_that_is_released_without_consent_for_more_goes_with_its_opinion(sent, held, parts, photo):
    held.release(sent["id"], 0)
    job = parts.queue.claim("a worker")
    Answers(parts.database, parts.clock, parts.settling, parts.queue).keep(job, a_prediction())
    assert photo(sent).state is PhotoState.DROPPED


@on_both_databases
def test_a_dropped_photo_is_gone_and_its_kiosk_told(send, held, parts, photo, kiosk, told):
    small = base64.b64encode(b"\xff\xd8\xff a thumbnail").decode()
    record = send(consent=BOTH, thumbnail=small)
    file = photo(record).file
    held.drop(record["id"], 0)
    assert (photo(record).state, photo(record).file) == (PhotoState.DROPPED, None)
    with pytest.raises(PhotoGone):
        parts.photos.read(file)
    with parts.database.read() as r:
        assert r.execute(photos.select()).one().thumbnail is None
    assert held.all() == ()
    assert (state(kiosk, record), told()) == ("dropped", [("parked", {"reason": NOT_KEPT})])


def test_a_dropped_photo_is_never_asked_for_again(send, held, kiosk):
    record = send(consent=BOTH)
    held.drop(record["id"], 0)
    assert state(kiosk, record) == "dropped"
    assert TusKiosk(kiosk).begin(record).status_code == 409
    for scopes in ({"analyse": True}, {}, BOTH, BOTH | {"train": True}):
        answer = kiosk.consent(record["id"], **scopes)
        assert answer.json["photos"][0]["state"] == "dropped", scopes


def test_a_receipt_is_a_new_one_since(sent, held, kiosk, clock):
    before = kiosk.put(sent).json["issued_at"]
    clock.pass_(minutes=1)
    held.release(sent["id"], 0)
    assert kiosk.put(sent).json["issued_at"] > before


def test_an_opinion_that_was_given_stands_though_a_photo_is_dropped(send, held, parts, told):
    record = send(consent=BOTH)
    row = {"case_id": record["id"], "model_sha256": "a" * 64, "prediction": a_prediction()}
    with parts.database.transaction() as t:
        t.execute(opinions.insert().values(**row, given_at=parts.clock()))
    held.drop(record["id"], 0)
    assert told() == [("receipt", {})]


def test_a_photo_that_waits_too_long_goes_by_itself(sent, held, parts, clock):
    clock.pass_(days=8)
    for chore in parts.chores:
        chore()
    assert held.all() == ()


@pytest.mark.parametrize("act", ["read", "release", "drop"])
def test_only_what_is_held_can_be_looked_at_and_decided(sent, held, kiosk, act):
    decide = getattr(held, act)
    with pytest.raises(CaseUnknown, match="kiosk-server held tells which"):
        decide("0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b", 0)
    with pytest.raises(Refused, match="photo 1 of this case is not held"):
        decide(sent["id"], 1)
    held.release(sent["id"], 0)
    with pytest.raises(Refused, match="photo 0 of this case is not held"):
        decide(sent["id"], 0)
    kiosk.call("DELETE", f"/v1/cases/{sent['id']}")
    with pytest.raises(CaseErased):
        decide(sent["id"], 0)


def test_a_drop_holds_though_the_disk_does_not_answer(sent, held, parts, photo):
    class AwayPlace:
        def remove(self, name):
            raise OSError("the disk is away")

    file = photo(sent).file
    replace(held, removals=Removals(parts.database, AwayPlace())).drop(sent["id"], 0)
    assert photo(sent).state is PhotoState.DROPPED
    parts.removals.pay_all()
    with pytest.raises(PhotoGone):
        parts.photos.read(file)


def test_another_kiosks_photos_are_listed_too(app, sent, held, parts):
    other = enrolled(app, parts, "foo")
    other.put(a_record())
    assert [photo.kiosk for photo in held.all()] == ["bar"]
