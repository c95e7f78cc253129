"""A photo that was doubted when it came."""

from dataclasses import replace

import pytest
from server_doubles import a_record
from tus_doubles import TusKiosk

from server.photos.held import HeldPhotos
from server.vetting.vetting import Vetting


@pytest.fixture
def send(app, kiosk, parts, skin_jpeg):
    """Sends a record whose photo meets a vetting that sees a face in everything; the record."""

    def send(**fields):
        finishing = replace(parts.uploads.finishing, vetting=Vetting((lambda _: "a face was found",)))
        replace(parts, uploads=replace(parts.uploads, finishing=finishing)).place_in(app)
        record = a_record(skin_jpeg, **fields)
        kiosk.put(record)
        tus = TusKiosk(kiosk)
        assert tus.write(tus.begun(record), 0, skin_jpeg).status_code == 204
        return record

    return send


@pytest.fixture
def sent(send):
    return send()


@pytest.fixture
def held(parts):
    """What an admin does about them."""
    return HeldPhotos(parts.database, parts.clock, parts.settling, parts.photos, parts.removals)
