"""Raw numbers become faces: anchors, boxes and one box a face, on outputs planted by hand."""

import numpy as np
import pytest

from models.face.boxes import Face, anchors, boxes, clipped, one_a_face, scores
from models.face.views import View, views

SHORT_RANGE = (128, (8, 16, 16, 16), 2)
FULL_RANGE = (192, (4,), 1)


@pytest.mark.parametrize(("options", "count"), [(SHORT_RANGE, 896), (FULL_RANGE, 2304)])
def test_there_is_an_anchor_for_each_output_of_the_published_models(options, count):
    centres = anchors(*options)
    assert centres.shape == (count, 2)
    assert centres.min() > 0
    assert centres.max() < 1


def test_layers_of_the_same_stride_share_their_cells():
    centres = anchors(*SHORT_RANGE)
    assert np.array_equal(centres[0], [0.5 / 16, 0.5 / 16])
    assert np.array_equal(centres[1], centres[0])
    assert np.array_equal(centres[2], [1.5 / 16, 0.5 / 16]), "columns first"
    assert np.unique(centres[512:518], axis=0).tolist() == [[0.5 / 8, 0.5 / 8]]
    assert np.array_equal(centres[518], [1.5 / 8, 0.5 / 8])


def test_a_box_is_told_in_pixels_from_its_anchor():
    offsets = np.zeros((1, 16), np.float32)
    offsets[0, :4] = (12.8, -6.4, 64, 32)
    (box,) = boxes(offsets, np.array([[0.5, 0.5]], np.float32), 128)
    assert box == pytest.approx([0.35, 0.325, 0.5, 0.25])


def test_scores_go_from_0_to_1_whatever_the_network_says():
    found = scores(np.array([-1e9, -2.0, 0.0, 2.0, 1e9], np.float32))
    assert found == pytest.approx([0, 0.1192, 0.5, 0.8808, 1], abs=1e-4)


def test_boxes_of_the_same_face_become_the_surest_and_other_faces_stay():
    sure, less, other = (
        Face(0.1, 0.1, 0.3, 0.3, 0.9),
        Face(0.15, 0.1, 0.3, 0.3, 0.8),
        Face(0.6, 0.6, 0.3, 0.3, 0.7),
    )
    assert one_a_face([less, other, sure], 0.3) == [sure, other]


def test_the_part_of_a_face_beside_the_picture_is_cut_off():
    face = clipped(Face(-0.1, 0.8, 0.4, 0.4, 0.9))
    assert (face.left, face.top, face.width, face.height) == pytest.approx((0, 0.8, 0.3, 0.2))


# Views


@pytest.mark.parametrize("size", [(640, 480), (480, 640), (300, 300), (1000, 40), (1, 1)])
def test_views_show_the_whole_picture_and_are_square(size):
    image = np.full((size[1], size[0], 3), 200, np.uint8)
    seen = [view.of(image, 64) for view in views(*size)]
    assert len(seen) == 13
    assert {square.shape for square in seen} == {(64, 64, 3)}
    assert all(square.any() for square in seen)


@pytest.mark.parametrize("turns", range(4))
def test_a_face_in_a_turned_view_lies_where_it_lies_on_the_picture(turns):
    image = np.zeros((120, 200, 3), np.uint8)
    image[20:50, 130:170] = 255
    view = View(0, -40, 200, turns)
    rows, columns = np.nonzero(view.of(image, 200)[..., 0] > 127)
    side = 200
    left, top = columns.min() / side, rows.min() / side
    width, height = (columns.max() + 1) / side - left, (rows.max() + 1) / side - top
    found = view.on_picture(Face(left, top, width, height, 0.9), 200, 120)
    assert (found.left, found.top) == pytest.approx((130 / 200, 20 / 120), abs=0.01)
    assert (found.width, found.height) == pytest.approx((40 / 200, 30 / 120), abs=0.01)
