"""A drawn face is found however it lies, skin has none, and no other file is taken for the detector."""

import json
import shutil

import cv2
import numpy as np
import pytest

from models.decode import decode
from models.errors import EngineMissing, ManifestInvalid, ModelMismatch, ModelMissing
from models.face.detector import WANTED_SIDE_PIXELS, FaceDetector, require_shipped
from models.face.drawn import drawn_face
from models.face.manifest import SHIPPED, load_face_manifest
from models.face.views import shrunk


@pytest.fixture(scope="module")
def detector():
    return FaceDetector.load()


@pytest.fixture
def copied(tmp_path):
    """A copy of the shipped detector's two files, with its manifest changed."""

    def copied(**changed):
        manifest = json.loads(SHIPPED.read_text()) | changed
        shutil.copy(SHIPPED.with_name("face.tflite"), tmp_path / "face.tflite")
        path = tmp_path / "face.json"
        path.write_text(json.dumps(manifest))
        return path

    return copied


def middle_of(face):
    return face.left + face.width / 2, face.top + face.height / 2


def test_a_face_is_found_where_it_is(detector):
    (face,) = detector.find(drawn_face(400))
    assert middle_of(face) == pytest.approx((0.5, 0.57), abs=0.04)
    assert (face.width, face.height) == pytest.approx((0.45, 0.45), abs=0.06)
    assert face.score > 0.85


@pytest.mark.parametrize(("turns", "middle"), [(1, (0.57, 0.5)), (2, (0.5, 0.43)), (3, (0.43, 0.5))])
def test_a_face_on_its_side_or_upside_down_is_found(detector, turns, middle):
    (face,) = detector.find(np.rot90(drawn_face(400), turns))
    assert middle_of(face) == pytest.approx(middle, abs=0.04)


def test_a_face_that_fills_the_picture_is_found(detector):
    head = drawn_face(600)[190:480, 150:450]
    assert detector.find(head)


def test_a_small_face_in_the_corner_of_a_wide_picture_is_found_there(detector, pictures):
    picture = pictures.skin(1200, 800)
    picture[20:340, 860:1180] = drawn_face(320)
    (face,) = detector.find(picture)
    assert middle_of(face) == pytest.approx((1020 / 1200, 202 / 800), abs=0.03)


def test_a_large_picture_is_looked_at_as_if_it_were_small(detector):
    small, large = drawn_face(600), cv2.resize(drawn_face(600), (4200, 4200))
    (face,), (same,) = detector.find(small), detector.find(large)
    assert middle_of(same) == pytest.approx(middle_of(face), abs=0.01)
    assert shrunk(large, 512).shape == (525, 525, 3)
    assert shrunk(small, 512) is small


def test_two_faces_are_two(detector):
    face = drawn_face(300)
    assert len(detector.find(np.concatenate([face, face], axis=1))) == 2


@pytest.mark.parametrize("seed", range(4))
def test_a_spot_on_skin_is_no_face(detector, pictures, seed):
    assert detector.find(pictures.skin(spot=0.1 + 0.1 * seed, seed=seed)) == ()


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_an_empty_picture_has_none(detector, grey):
    assert detector.find(np.full((240, 320, 3), grey, np.uint8)) == ()


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (500, 3)])
def test_a_picture_of_any_size_can_be_looked_at(detector, size):
    assert detector.find(np.full((*size, 3), 128, np.uint8)) == ()


def test_a_photo_that_says_how_it_lies_is_looked_at_upright(detector, pictures):
    lying = pictures.jpeg(cv2.rotate(drawn_face(400), cv2.ROTATE_90_COUNTERCLOCKWISE))
    photo = pictures.with_segments(lying, pictures.exif(6))
    (face,) = detector.find(decode(photo, WANTED_SIDE_PIXELS))
    assert middle_of(face) == pytest.approx((0.5, 0.57), abs=0.04)


# Only the file that the manifest describes


def test_what_ships_is_in_order():
    require_shipped()
    assert load_face_manifest().kind == "face"


def test_another_file_is_refused(copied):
    path = copied(sha256="0" * 64)
    with pytest.raises(ModelMismatch, match="install the model again"):
        FaceDetector.load(path)
    with pytest.raises(ModelMismatch):
        require_shipped(path)


def test_a_missing_file_is_said(tmp_path, copied):
    path = copied()
    (tmp_path / "face.tflite").unlink()
    with pytest.raises(ModelMissing):
        FaceDetector.load(path)
    with pytest.raises(ModelMissing, match="no manifest"):
        FaceDetector.load(tmp_path / "other.json")


@pytest.mark.parametrize(
    "changed",
    [
        {"side_pixels": 192},
        {"strides": [4], "anchors_a_layer": 1},
        {"strides": [8, 16, 16, 16], "anchors_a_layer": 1},
    ],
)
def test_anchors_that_do_not_fit_the_file_are_refused(copied, changed):
    with pytest.raises(ModelMismatch, match="shapes"):
        FaceDetector.load(copied(**changed))


def test_an_engine_that_does_not_see_the_drawn_face_is_not_trusted(copied):
    with pytest.raises(ModelMismatch, match="self-test"):
        FaceDetector.load(copied(self_test_score=0.2))


@pytest.mark.parametrize("changed", [{"kind": "classifier"}, {"found_from": 1.5}, {"more": 1}])
def test_a_manifest_that_does_not_hold_is_refused(copied, changed):
    with pytest.raises(ManifestInvalid, match="install the face detector again"):
        FaceDetector.load(copied(**changed))


def test_without_an_engine_that_is_said(copied):
    with pytest.raises(EngineMissing, match="install ai-edge-litert"):
        FaceDetector.load(copied(), engines=())
