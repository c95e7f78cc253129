"""Photo bytes become upright 8-bit RGB, at no more size than is asked for."""

import time
from contextlib import suppress

import numpy as np
import pytest

from models.decode import decode, encode_jpeg
from models.errors import NotAPhoto, PhotoError
from models.photo_file import strip_metadata

JPEG_TOLERANCE = 12  # of 255, for flat colours
SOON_SECONDS = 2.0


def difference(image, other):
    """The mean absolute difference of two images of one shape, 0 to 255."""
    assert image.shape == other.shape
    return float(np.abs(image.astype(int) - other.astype(int)).mean())


def corners(image):
    """The colours in the middle of the four quarters, as rows of RGB."""
    height, width = image.shape[:2]
    rows, columns = (height // 4, 3 * height // 4), (width // 4, 3 * width // 4)
    return np.array([image[row, column] for row in rows for column in columns], int)


@pytest.mark.parametrize(
    ("wanted", "shape"),
    [(256, (375, 500, 3)), (375, (375, 500, 3)), (376, (750, 1000, 3)), (1000, (1500, 2000, 3))],
)
def test_a_12_megapixel_jpeg_comes_at_the_smallest_size_that_is_enough(pictures, wanted, shape):
    photo = pictures.jpeg(np.full((3000, 4000, 3), (180, 120, 100), np.uint8))
    assert decode(photo, wanted).shape == shape


def test_a_photo_that_is_small_already_is_not_reduced(pictures):
    assert decode(pictures.jpeg(pictures.skin(300, 260)), 256).shape == (260, 300, 3)
    assert decode(pictures.jpeg(pictures.skin(100, 80)), 256).shape == (80, 100, 3)


def test_reducing_keeps_the_picture(pictures):
    photo = pictures.jpeg(pictures.quarters(960, 640))
    reduced = decode(photo, 80)
    assert reduced.shape == (80, 120, 3)
    assert np.abs(corners(reduced) - corners(pictures.quarters())).max() <= JPEG_TOLERANCE


@pytest.mark.parametrize("kind", ["jpeg", "png"])
@pytest.mark.parametrize(
    ("orientation", "undo"),
    [
        (1, lambda image: image),
        (2, np.fliplr),
        (3, lambda image: np.rot90(image, 2)),
        (4, np.flipud),
        (5, lambda image: np.swapaxes(image, 0, 1)),
        (6, lambda image: np.rot90(image, 1)),
        (7, lambda image: np.swapaxes(np.rot90(image, 2), 0, 1)),
        (8, lambda image: np.rot90(image, -1)),
    ],
)
def test_a_rotated_photo_comes_upright(pictures, kind, orientation, undo):
    upright = pictures.quarters()
    stored = np.ascontiguousarray(undo(upright))  # as a phone held that way stores it
    if kind == "jpeg":
        photo = pictures.with_segments(pictures.jpeg(stored), pictures.exif(orientation))
    else:
        photo = pictures.png_with(pictures.png(stored), pictures.chunk(b"eXIf", pictures.tiff(orientation)))
    for sent in (photo, strip_metadata(photo)):
        assert np.abs(corners(decode(sent, 1024)) - corners(upright)).max() <= JPEG_TOLERANCE
        assert difference(decode(sent, 1024), upright) <= JPEG_TOLERANCE


def test_a_rotated_photo_comes_upright_when_reduced(pictures):
    photo = pictures.with_segments(pictures.jpeg(pictures.quarters(960, 640)), pictures.exif(6))
    assert decode(photo, 80).shape == (120, 80, 3)


def test_a_png_of_8_bits_comes_as_it_is(pictures):
    assert np.array_equal(decode(pictures.png(pictures.skin()), 256), pictures.skin())


def test_a_png_of_16_bits_comes_as_8(pictures):
    deep = pictures.skin().astype(np.uint16) * 257
    assert difference(decode(pictures.png(deep), 256), pictures.skin()) <= 1


def test_a_palette_png_with_transparency_comes_in_its_colours(pictures):
    photo = pictures.png_of(
        2,
        2,
        8,
        3,
        b"\0\0\1\0\2\0",
        pictures.chunk(b"PLTE", bytes((200, 10, 20, 10, 200, 30, 40, 50, 200))),
        pictures.chunk(b"tRNS", bytes((0, 128))),
    )
    assert decode(photo, 256).tolist() == [
        [[200, 10, 20], [10, 200, 30]],
        [[40, 50, 200], [200, 10, 20]],
    ]


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_a_grey_photo_comes_as_three_equal_channels(pictures, kind):
    grey = pictures.skin()[..., 0]
    image = decode(pictures.jpeg(grey) if kind == "jpeg" else pictures.png(grey), 200)
    assert image.shape == (240, 320, 3)
    assert np.array_equal(image[..., 0], image[..., 2])
    assert difference(image[..., 0], grey) <= JPEG_TOLERANCE


def test_a_cmyk_photo_comes_in_its_colours(pictures):
    ink = np.full((4, 2, 4), 255)  # Adobe's CMYK is inverted: 255 is no ink at all
    ink[0, :, 1] = 0  # cyan
    ink[1, :, 2] = 0  # magenta
    ink[3, :, 3] = 0  # black
    image = decode(pictures.blocks_jpeg(ink, pictures.adobe(0)), 256)
    shown = [image[4, 8 * column + 4].tolist() for column in range(4)]
    expected = [[255, 255, 255], [0, 255, 255], [255, 0, 255], [0, 0, 0]]
    assert np.abs(np.array(shown) - np.array(expected)).max() <= JPEG_TOLERANCE


def test_a_progressive_photo_comes_like_a_plain_one(pictures):
    plain = decode(pictures.jpeg(pictures.skin()), 240)
    assert difference(decode(pictures.jpeg(pictures.skin(), progressive=True), 240), plain) <= 1


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_a_photo_damaged_in_the_middle_is_refused_or_comes_in_full_size(pictures, kind):
    image = pictures.skin(160, 120)
    photo = pictures.jpeg(image) if kind == "jpeg" else pictures.png(image)
    rng = np.random.default_rng(11)
    for _ in range(40):
        damaged = bytearray(photo)
        at = int(rng.integers(len(photo) // 3, len(photo) - 40))
        damaged[at : at + 20] = rng.integers(0, 256, 20).astype(np.uint8).tobytes()
        with suppress(PhotoError):
            assert decode(bytes(damaged), 120).shape == (120, 160, 3)


def test_a_png_whose_pixels_do_not_unpack_is_refused(pictures):
    header, end = pictures.png(pictures.skin(64, 64))[:33], pictures.chunk(b"IEND", b"")
    with pytest.raises(NotAPhoto, match="send another one"):
        decode(header + pictures.chunk(b"IDAT", b"no zlib stream at all") + end, 256)


def test_a_jpeg_of_a_structure_and_no_picture_is_refused(pictures):
    frame = pictures.segment(0xC0, b"\x08\0\x20\0\x20\x03\x01\x22\0\x02\x11\x01\x03\x11\x01")
    scan = pictures.segment(0xDA, b"\x03\x01\0\x02\x11\x03\x11\0\x3f\0")
    with pytest.raises(NotAPhoto):
        decode(b"\xff\xd8" + frame + scan + b"\xff\xd9", 256)


def test_a_png_bomb_is_refused_before_it_is_unpacked(pictures):
    photo = pictures.png_of(30_000, 30_000, 8, 2, bytes(1_000_000))
    started = time.perf_counter()
    with pytest.raises(PhotoError):
        decode(photo, 256)
    assert time.perf_counter() - started < SOON_SECONDS


def test_an_image_becomes_a_jpeg_and_back(pictures):
    image = pictures.skin(64, 48)
    assert difference(decode(encode_jpeg(image, 95), 48), image) <= JPEG_TOLERANCE
    assert len(encode_jpeg(image, 30)) < len(encode_jpeg(image, 95))
