"""What the server doubts: a face, no skin. The models that ship are asked, and only for a photo."""

from itertools import count

import cv2
import numpy as np
import pytest

from device.camera.folder import SAMPLES
from models.decode import decode
from models.errors import ModelMissing
from models.face.detector import FaceDetector
from models.face.drawn import drawn_face
from server.vetting.face import FaceSuspicion
from server.vetting.no_skin import NoSkinSuspicion
from server.vetting.vetting import Vetting


@pytest.fixture(scope="module")
def face():
    return FaceSuspicion()


@pytest.fixture(scope="module")
def no_skin():
    return NoSkinSuspicion()


@pytest.fixture(scope="module")
def photos():
    """Skin: the samples that ship."""
    return [path.read_bytes() for path in sorted(SAMPLES.glob("*.jpg"))]


def test_photos_of_skin_are_not_held(face, no_skin, photos):
    vetting = Vetting((face, no_skin))
    assert [vetting.vet(photo).reason for photo in photos] == [None] * len(photos)


def test_a_face_is_doubted_with_its_score(face):
    reason = face(drawn_face(640))
    assert reason.startswith("There may be a face on it (score 0.")


def test_a_face_beside_skin_is_doubted(face, photos):
    picture = np.array(decode(photos[0], 640))
    side = min(picture.shape[:2]) // 2
    picture[:side, :side] = drawn_face(side)
    assert face(picture)


def test_what_is_no_skin_is_doubted_with_its_score(no_skin):
    page = np.full((640, 800, 3), 255, np.uint8)
    for row in range(40, 620, 40):
        cv2.putText(page, "Minutes of the meeting", (20, row), cv2.FONT_HERSHEY_SIMPLEX, 1, (0, 0, 0), 2)
    reason = no_skin(page)
    assert reason.startswith("There may be no skin on it (score 0.") or "1.00" in reason


def test_nothing_is_loaded_before_the_first_photo_and_once_for_all():
    loads = count()

    def load():
        next(loads)
        return FaceDetector.load()

    face = FaceSuspicion(load)
    assert next(loads) == 0
    face(drawn_face(640))
    face(drawn_face(640))
    assert next(loads) == 2


@pytest.mark.parametrize("suspicion", [FaceSuspicion, NoSkinSuspicion])
def test_a_model_that_does_not_load_is_tried_again_with_the_next_photo(suspicion, photos):
    loads = count()

    def load():
        next(loads)
        raise ModelMissing("there is no model here")

    vetting = Vetting((suspicion(load),))
    reasons = [vetting.vet(photo).reason for photo in photos[:2]]
    assert all("could not be judged" in reason for reason in reasons)
    assert next(loads) == 2
