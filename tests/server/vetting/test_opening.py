"""What the server doubts unless it is told not to; a photo of skin comes through all the same."""

import pytest
from server_doubles import a_record, enrolled
from tus_doubles import TusKiosk

from device.camera.folder import SAMPLES
from models.decode import encode_jpeg
from models.face.drawn import drawn_face
from server.parts import parts_of

FACE = encode_jpeg(drawn_face(640), 92)
SKIN = (SAMPLES / "02.jpg").read_bytes()


@pytest.fixture
def outcome(start_app):
    """Sends a photo to a server with such lines in its server.toml; the photo's state and reason."""

    def outcome(photo, doubts):
        app = start_app(doubts=doubts)
        kiosk = TusKiosk(enrolled(app, parts_of(app), "foo"))
        record = a_record(photo)
        assert kiosk.kiosk.put(record).status_code == 201
        assert kiosk.write(kiosk.begun(record), 0, photo).status_code == 204
        found = parts_of(app).cases.get(None, record["id"]).photos[0]
        return found.state, found.reason

    return outcome


def test_by_itself_it_doubts_a_face(outcome):
    state, reason = outcome(FACE, "")
    assert state == "held"
    assert "face" in reason


def test_by_itself_it_doubts_what_is_no_skin(outcome, pictures):
    state, reason = outcome(pictures.jpeg(pictures.quarters(640, 480)), "")
    assert state == "held"
    assert "no skin" in reason


def test_by_itself_it_lets_skin_through(outcome):
    assert outcome(SKIN, "") == ("kept", None)


def test_an_admin_may_have_it_doubt_less(outcome):
    state, reason = outcome(FACE, "vetting.hold_for = ['no_skin']\n")
    assert "no skin" in reason
    assert state == "held"


def test_an_admin_may_have_it_doubt_nothing(outcome):
    assert outcome(FACE, "vetting.hold_for = []\n") == ("kept", None)
