"""What a real server gets of a photo that shows a face: nothing, the copy or the photo, as somebody chose."""

import base64
import json

import pytest

from device.amendment import Kind
from device.entry import SyncState
from device.face import FaceChoice
from models.photo_file import inspect
from server.parts import parts_of

BOX = (0.25, 0.3, 0.2, 0.3)
SMALL = b"\xff\xd8\xff a small blurred one"


@pytest.fixture
def asking(store, take, draft):
    """A case that a dermatologist may see, with a face on its photo."""
    case = take(faces=[BOX])
    return store.amendments.write(case.id, draft(Kind.CONSENT, review=True))


@pytest.fixture
def blur(store, pictures):
    """Somebody chose, and the device process made the copy: larger than the photo, of other content."""

    def blur(case):
        store.faces.choose(case.id, FaceChoice.BLUR, "Ada")
        task = store.faces.next_task()
        kept = store.photos.write(case.id, 0, pictures.jpeg(pictures.skin(400, 300, seed=3)), "-blurred")
        store.faces.blurred(task, kept, SMALL)
        return kept

    return blur


@pytest.fixture
def send_all(sending):
    def send_all():
        faults = []
        while sent := sending.tell_next():
            faults.append(sent.fault)
        return faults

    return send_all


def bodies(transport):
    return b"".join(request.body or b"" for request in transport.requests)


def record_in(transport):
    return next(json.loads(request.body) for request in transport.requests if request.method == "PUT")


def test_while_nobody_chose_no_request_is_made(store, asking, send_all, transport):
    before = len(transport.requests)
    assert send_all() == []
    assert len(transport.requests) == before
    assert store.cases.get(asking.id).sync.state is SyncState.ASKS


def test_record_thumbnail_and_photo_are_the_copys(
    store, asking, blur, send_all, transport, server, enrolment
):
    copy = blur(asking)
    assert set(send_all()) == {None}
    record = record_in(transport)
    header = inspect(store.photos.read(copy))
    assert record["photos"] == [
        {
            "sha256": copy.sha256,
            "size_bytes": copy.size_bytes,
            "content_type": "image/jpeg",
            "width_pixels": header.width_pixels,
            "height_pixels": header.height_pixels,
        }
    ]
    assert base64.b64decode(record["thumbnail"]) == SMALL
    (arrived,) = parts_of(server).cases.get(enrolment.kiosk, asking.id).photos
    assert (arrived.sha256, arrived.state) == (copy.sha256, "kept")
    assert store.cases.get(asking.id).sync.state is SyncState.SENT


def test_nothing_of_the_photo_itself_leaves(store, asking, blur, send_all, transport):
    blur(asking)
    send_all()
    photo = store.photos.read(asking.photos[0])
    sent = bodies(transport)
    assert not any(photo[at : at + 64] in sent for at in range(700, len(photo) - 64, 500))


def test_as_it_is_the_photo_itself_leaves(store, asking, send_all, transport, server, enrolment):
    store.faces.choose(asking.id, FaceChoice.AS_IS, "Ada")
    assert set(send_all()) == {None}
    (arrived,) = parts_of(server).cases.get(enrolment.kiosk, asking.id).photos
    assert arrived.sha256 == asking.photos[0].sha256


def test_a_choice_between_the_record_and_its_leaving_is_no_fault(
    store, asking, blur, sending, send_all, transport, clock, monkeypatch
):
    store.faces.choose(asking.id, FaceChoice.AS_IS, "Ada")
    departing, copies = store.faces.departing, []

    def and_then_somebody_chooses_otherwise(case_id):
        found = departing(case_id)
        if not copies:
            copies.append(blur(asking))
        return found

    monkeypatch.setattr(store.faces, "departing", and_then_somebody_chooses_otherwise)
    assert "chose anew" in sending.tell_next().fault
    assert sending.tell_next() is None, "a moment later"
    clock.let_pass(2)
    assert set(send_all()) == {None}
    assert record_in(transport)["photos"][0]["sha256"] == copies[0].sha256


def test_an_upload_of_the_copy_goes_on_where_it_stopped(store, asking, blur, sending, send_all, transport):
    copy = blur(asking)
    sending.tell_next()
    transport.faults = [None, 1000]
    assert not sending.tell_next().reached
    assert set(send_all()) == {None}
    sent = b"".join(request.body for request in transport.requests if request.method == "PATCH")
    assert sent == store.photos.read(copy)
