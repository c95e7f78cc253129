"""A suspect photo is stored and held with its reason: its kiosk is told, no opinion is owed yet."""

from dataclasses import replace

import pytest
from server_doubles import a_record
from tus_doubles import TusKiosk

from device.wire.receipt import PhotoState
from server.vetting.vetting import Vetting


@pytest.fixture
def sent(app, kiosk, parts, skin_jpeg):
    """A record whose photo met a vetting that sees a face in everything."""
    finishing = replace(parts.uploads.finishing, vetting=Vetting((lambda _: "a face was found",)))
    replace(parts, uploads=replace(parts.uploads, finishing=finishing)).place_in(app)
    record = a_record(skin_jpeg)
    kiosk.put(record)
    tus = TusKiosk(kiosk)
    assert tus.write(tus.begun(record), 0, skin_jpeg).status_code == 204
    return record


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
