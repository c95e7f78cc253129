"""On the copy nobody knows the face again, and everything else is as it was."""

import cv2
import numpy as np
import pytest

from models.decode import decode
from models.errors import NotAPhoto, PhotoCutShort
from models.face.blur import blur_faces
from models.face.detector import FaceDetector
from models.face.drawn import drawn_face

BOX = (0.25, 0.3, 0.25, 0.3)


@pytest.fixture(scope="module")
def detector():
    return FaceDetector.load()


def box_of(face):
    return face.left, face.top, face.width, face.height


def checks(width=400, height=300):
    """Squares of black and white, four pixels wide."""
    y, x = np.mgrid[0:height, 0:width] // 4
    return np.repeat((255 * ((x + y) % 2)).astype(np.uint8)[..., np.newaxis], 3, axis=2)


def test_no_face_is_found_on_the_copy(detector, pictures):
    image = drawn_face(500)
    copy = blur_faces(pictures.jpeg(image), [box_of(face) for face in detector.find(image)])
    assert detector.find(decode(copy, 500)) == ()


def test_nothing_is_left_of_what_was_within_the_widened_box(pictures):
    copy = decode(blur_faces(pictures.png(checks()), [BOX]), 300).astype(int)
    face = copy[75:195, 85:215]
    assert face.max() - face.min() < 40


def test_what_lies_further_out_stays(pictures):
    before, copy = checks(), decode(blur_faces(pictures.png(checks()), [BOX]), 300)
    strays = np.abs(before.astype(int) - copy.astype(int))
    assert strays[:, 240:].mean() < 8
    assert strays[230:].mean() < 8


def test_the_copy_is_a_jpeg_of_full_size_without_metadata(pictures):
    photo = pictures.with_segments(pictures.jpeg(checks(), 95), pictures.exif(1))
    copy = blur_faces(photo, [BOX])
    assert copy[:3] == b"\xff\xd8\xff"
    assert decode(copy, 300).shape == (300, 400, 3)
    assert b"Exif" not in copy
    assert b"Camera of Anna" not in copy


def test_a_lying_photo_is_blurred_where_it_is_seen_upright(pictures):
    image = np.full((300, 400, 3), 40, np.uint8)
    image[60:140, 80:180] = 250
    photo = pictures.with_segments(
        pictures.jpeg(cv2.rotate(image, cv2.ROTATE_90_COUNTERCLOCKWISE)), pictures.exif(6)
    )
    copy = decode(blur_faces(photo, [(80 / 400, 60 / 300, 100 / 400, 80 / 300)]), 300)
    assert copy.shape == (300, 400, 3)
    blurred, elsewhere = copy[100, 60:200].astype(int), copy[250, 60:200].astype(int)
    assert np.abs(np.diff(blurred[:, 0])).max() < 30, "no edge of the bright patch is left"
    assert np.ptp(elsewhere) < 15


@pytest.mark.parametrize(
    "box", [(-0.2, -0.2, 0.5, 0.5), (0.9, 0.9, 0.4, 0.4), (0, 0, 1, 1), (0.5, 0.5, 0, 0)]
)
def test_a_box_at_the_edge_or_of_no_size_is_no_fault(pictures, box):
    assert decode(blur_faces(pictures.jpeg(checks()), [box]), 300).shape == (300, 400, 3)


def test_what_is_no_photo_is_said(pictures):
    with pytest.raises(NotAPhoto):
        blur_faces(b"not a photo", [BOX])
    with pytest.raises(PhotoCutShort):
        blur_faces(pictures.jpeg(checks())[:-300], [BOX])
