"""A suspect photo is stored and held with its reason: its kiosk is told, no opinion is owed yet."""

from device.wire.receipt import PhotoState


def test_a_suspect_photo_is_held_with_its_reason_and_its_bytes(sent, parts, skin_jpeg):
    photo = parts.cases.get(None, sent["id"]).photos[0]
    assert (photo.state, photo.reason) == (PhotoState.HELD, "a face was found")
    assert parts.photos.read(photo.file) == skin_jpeg


def test_its_kiosk_is_told_and_not_why(sent, kiosk):
    receipt = kiosk.put(sent).json
    assert receipt["photos"][0]["state"] == "held"
    assert "face" not in str(receipt)


def test_no_opinion_is_owed_while_it_is_held(sent, parts):
    with parts.database.read() as r:
        assert r.exec_driver_sql("SELECT count(*) FROM jobs").scalar() == 0


def test_no_worker_gets_it(sent, parts):
    assert parts.queue.claim("a worker") is None
