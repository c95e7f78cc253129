"""Whatever arrives, the photo file is read or refused: no other error, and no long wait."""

import time

import numpy as np
import pytest

from models.errors import NotAPhoto, PhotoCutShort, PhotoError
from models.photo_file import inspect, strip_metadata

MUTATIONS = 2000
SOON_SECONDS = 2.0  # a walk over the largest file takes a tenth of it


@pytest.fixture(scope="module")
def small_photos(pictures):
    image = pictures.skin(40, 24)
    metadata = (pictures.exif(6), pictures.segment(0xFE, b"a comment"))
    return {
        "jpeg": pictures.with_segments(pictures.jpeg(image), *metadata),
        "progressive": pictures.jpeg(image, progressive=True),
        "restarts": pictures.jpeg(image, restarts=1),
        "cmyk": pictures.blocks_jpeg(np.full((4, 3, 3), 90), pictures.adobe(0)),
        "png": pictures.png_with(pictures.png(image), pictures.chunk(b"eXIf", pictures.tiff(6))),
    }


@pytest.mark.parametrize("kind", ["jpeg", "progressive", "restarts", "cmyk", "png"])
def test_a_photo_cut_at_any_length_is_refused(small_photos, kind):
    photo = small_photos[kind]
    assert inspect(photo)
    for length in range(len(photo)):
        with pytest.raises(PhotoError):
            inspect(photo[:length])
        with pytest.raises(PhotoError):
            strip_metadata(photo[:length])


@pytest.mark.parametrize("kind", ["jpeg", "progressive", "png"])
def test_a_photo_without_its_end_is_told_as_cut_short(small_photos, kind):
    photo = small_photos[kind]
    for length in (len(photo) - 1, len(photo) // 2, len(photo) - 200):
        with pytest.raises(PhotoCutShort, match="send it once more"):
            inspect(photo[:length])


def test_random_damage_is_read_or_refused(small_photos):
    rng = np.random.default_rng(20260301)
    photos = list(small_photos.values())
    read = refused = 0
    for turn in range(MUTATIONS):
        damaged = mutate(photos[turn % len(photos)], rng)
        try:
            stripped = strip_metadata(damaged)
        except PhotoError:
            refused += 1
        else:
            read += 1
            inspect(stripped)
    assert read > MUTATIONS // 10
    assert refused > MUTATIONS // 10


def test_random_bytes_behind_a_true_beginning_are_read_or_refused():
    rng = np.random.default_rng(5)
    for turn in range(500):
        garbage = rng.integers(0, 256, rng.integers(0, 400)).astype(np.uint8).tobytes()
        start = (b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"")[turn % 4]
        with pytest.raises(PhotoError):
            inspect(start + garbage)


@pytest.mark.parametrize("length", range(2, 10))
def test_a_frame_header_that_is_too_short_is_refused(length):
    frame = b"\xff\xc0" + length.to_bytes(2) + bytes(length - 2)
    with pytest.raises(NotAPhoto):
        inspect(b"\xff\xd8" + frame + b"\xff\xd9")


def test_a_jpeg_without_a_frame_and_a_png_without_pixels_are_refused(pictures):
    with pytest.raises(NotAPhoto, match="no picture"):
        inspect(b"\xff\xd8\xff\xd9")
    header = pictures.png_of(8, 8, 8, 2, b"")[:33]
    with pytest.raises(NotAPhoto, match="no picture"):
        inspect(header + pictures.chunk(b"IEND", b""))


@pytest.mark.parametrize(
    "photo",
    [
        b"\xff\xd8" + b"\xff\x01" * 10_000_000,
        b"\xff\xd8" + b"\xff\xfe\0\2" * 5_000_000,
        b"\xff\xd8\xff\xda\0\2" + b"\xff" * 20_000_000,
        b"\xff\xd8\xff\xda\0\2" + b"\xff" * 10_000_000 + b"\0" * 10_000_000,
        b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0tEXt\0\0\0\0" * 1_600_000,
    ],
    ids=["markers", "comments", "fill bytes", "fill bytes that end nowhere", "chunks"],
)
def test_a_file_made_to_be_slow_is_refused_soon(photo):
    started = time.perf_counter()
    with pytest.raises(PhotoError):
        inspect(photo)
    assert time.perf_counter() - started < SOON_SECONDS


def mutate(photo, rng):
    """One of five kinds of damage, at a random place."""
    damaged = bytearray(photo)
    at = int(rng.integers(0, len(damaged)))
    kind = rng.integers(0, 5)
    if kind == 0:
        for place in rng.integers(0, len(damaged), rng.integers(1, 12)):
            damaged[place] = int(rng.integers(0, 256))
    elif kind == 1:
        del damaged[at : at + int(rng.integers(1, 60))]
    elif kind == 2:
        damaged[at:at] = rng.integers(0, 256, rng.integers(1, 60)).astype(np.uint8).tobytes()
    elif kind == 3:
        damaged[at : at + 4] = b"\xff\xff\xff\xff"
    else:
        damaged = damaged[:at] + damaged[int(rng.integers(0, len(damaged))) :]
    return bytes(damaged)
