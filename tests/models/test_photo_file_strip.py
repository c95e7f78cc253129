"""What a photo must not carry goes; its pixels stay as they are."""

import numpy as np
import pytest

from models.errors import NotAPhoto, PhotoCutShort, PhotoUnsupported
from models.photo_file import inspect, strip_metadata

SECRETS = (b"Anna", b"GPS", b"secret", b"xap", b"Photoshop")


@pytest.fixture
def talkative_jpeg(pictures, skin_jpeg):
    """A JPEG with everything a phone and an editor put into one."""
    with_thumbnail = b"JFIF\0\x01\x02\0\0\x01\0\x01\x02\x02" + bytes(range(12))
    jfif = pictures.segment(0xE0, with_thumbnail)
    assert skin_jpeg[2:4] == b"\xff\xe0"
    bare = skin_jpeg[:2] + skin_jpeg[20:]
    return (
        pictures.with_segments(
            bare,
            jfif,
            pictures.segment(0xE0, b"JFXX\0\x10" + b"secret thumbnail"),
            pictures.exif(1),
            pictures.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<secret/>"),
            pictures.segment(0xE2, b"MPF\0secret"),
            pictures.segment(0xED, b"Photoshop 3.0\0secret"),
            pictures.segment(0xEF, b"secret"),
            pictures.segment(0xFE, b"secret: Anna's left arm"),
        )
        + b"secret trailing bytes"
        + skin_jpeg
    )


def test_metadata_comments_thumbnails_and_trailing_bytes_go(talkative_jpeg):
    assert all(secret in talkative_jpeg for secret in SECRETS if secret != b"GPS")
    stripped = strip_metadata(talkative_jpeg)
    assert not [secret for secret in SECRETS if secret in stripped]
    assert stripped.count(b"\xff\xd8") == 1
    assert stripped.endswith(b"\xff\xd9")


def test_the_pixels_stay_identical(pictures, talkative_jpeg):
    assert np.array_equal(pictures.pixels(strip_metadata(talkative_jpeg)), pictures.pixels(talkative_jpeg))


def test_what_carries_nothing_comes_back_byte_for_byte(pictures, skin_jpeg):
    assert strip_metadata(skin_jpeg) == skin_jpeg
    bare = pictures.png(pictures.skin())
    assert strip_metadata(bare) == bare


def test_stripping_twice_changes_nothing_more(pictures, talkative_jpeg):
    once = strip_metadata(pictures.with_segments(talkative_jpeg, pictures.exif(6)))
    assert strip_metadata(once) == once


def test_the_jfif_header_keeps_its_density_and_loses_its_thumbnail(talkative_jpeg):
    stripped = strip_metadata(talkative_jpeg)
    assert stripped[2:20] == b"\xff\xe0\0\x10JFIF\0\x01\x02\0\0\x01\0\x01\0\0"


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_rotated_photo_keeps_its_orientation_and_nothing_else(pictures, orientation):
    photo = pictures.with_segments(pictures.jpeg(pictures.quarters()), pictures.exif(orientation))
    stripped = strip_metadata(photo)
    assert inspect(stripped).orientation == orientation
    assert b"Anna" not in stripped
    assert len(stripped) < len(pictures.jpeg(pictures.quarters())) + 50
    assert np.array_equal(pictures.pixels(stripped), pictures.pixels(photo))


def test_an_upright_photo_keeps_no_exif_at_all(pictures, skin_jpeg):
    assert b"Exif" not in strip_metadata(pictures.with_segments(skin_jpeg, pictures.exif(1)))


@pytest.mark.parametrize("kind", ["progressive", "restarts", "grey", "fill bytes"])
def test_every_kind_of_jpeg_keeps_its_pixels(pictures, kind):
    photo = {
        "progressive": pictures.jpeg(pictures.skin(), progressive=True),
        "restarts": pictures.jpeg(pictures.skin(), restarts=3),
        "grey": pictures.jpeg(pictures.skin()[..., 0]),
        "fill bytes": pictures.jpeg(pictures.skin()).replace(b"\xff\xda", b"\xff\xff\xff\xda", 1),
    }[kind]
    photo = pictures.with_segments(photo, pictures.exif(8))
    stripped = strip_metadata(photo)
    assert b"Anna" not in stripped
    assert np.array_equal(pictures.pixels(stripped), pictures.pixels(photo))


def test_metadata_between_the_scans_of_a_progressive_jpeg_goes_too(pictures):
    photo = pictures.jpeg(pictures.skin(), progressive=True)
    second_scan = photo.index(b"\xff\xda", photo.index(b"\xff\xda") + 2)
    talkative = photo[:second_scan] + pictures.segment(0xFE, b"secret") + photo[second_scan:]
    assert strip_metadata(talkative) == photo


@pytest.mark.parametrize("transform", [0, 2], ids=["CMYK", "YCCK"])
def test_the_colour_transform_of_an_adobe_photo_stays(pictures, transform):
    planes = np.random.default_rng(3).integers(40, 215, (4, 6, 9))
    photo = pictures.blocks_jpeg(planes, pictures.exif(1), pictures.adobe(transform))
    stripped = strip_metadata(photo)
    assert pictures.adobe(transform) in stripped
    assert b"Anna" not in stripped
    assert np.array_equal(pictures.pixels(stripped), pictures.pixels(photo))


def test_without_its_colour_transform_a_ycck_photo_would_look_different(pictures):
    planes = np.random.default_rng(3).integers(40, 215, (4, 6, 9))
    without = pictures.pixels(pictures.blocks_jpeg(planes))
    with_it = pictures.pixels(pictures.blocks_jpeg(planes, pictures.adobe(2)))
    assert not np.array_equal(without, with_it)


def test_text_time_and_exif_of_a_png_go_and_its_pixels_stay(pictures):
    photo = (
        pictures.png_with(
            pictures.png(pictures.skin()),
            pictures.chunk(b"tEXt", b"Author\0Anna secret"),
            pictures.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<secret/>"),
            pictures.chunk(b"tIME", b"\x07\xea\x03\x01\x0c\0\0"),
            pictures.chunk(b"eXIf", pictures.tiff(1)),
            pictures.chunk(b"prVt", b"secret"),
        )
        + b"secret trailing bytes"
    )
    stripped = strip_metadata(photo)
    assert stripped == pictures.png(pictures.skin())
    assert np.array_equal(pictures.pixels(stripped), pictures.pixels(photo))


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_rotated_png_keeps_its_orientation_and_nothing_else(pictures, orientation):
    chunk = pictures.chunk(b"eXIf", pictures.tiff(orientation))
    photo = pictures.png_with(pictures.png(pictures.quarters()), chunk)
    stripped = strip_metadata(photo)
    assert inspect(stripped).orientation == orientation
    assert b"Anna" not in stripped
    assert np.array_equal(pictures.pixels(stripped), pictures.pixels(photo))


def test_palette_and_transparency_of_a_png_stay(pictures):
    photo = pictures.png_of(
        4,
        2,
        8,
        3,
        b"\0\0\1\2\0\0\2\1\0\1",
        pictures.chunk(b"PLTE", bytes((200, 10, 10, 10, 200, 10, 10, 10, 200))),
        pictures.chunk(b"tRNS", bytes((0, 128, 255))),
        pictures.chunk(b"tEXt", b"Author\0Anna"),
    )
    stripped = strip_metadata(photo)
    assert b"PLTE" in stripped
    assert b"tRNS" in stripped
    assert b"Anna" not in stripped
    assert np.array_equal(pictures.pixels(stripped), pictures.pixels(photo))


def test_what_is_no_photo_is_refused_with_the_same_words_as_when_inspected(skin_jpeg):
    with pytest.raises(NotAPhoto, match="send a JPEG or a PNG"):
        strip_metadata(b"hello")
    with pytest.raises(NotAPhoto, match="empty"):
        strip_metadata(b"")
    with pytest.raises(PhotoUnsupported, match="HEIC"):
        strip_metadata(b"\0\0\0\x18ftypheic" + bytes(64))
    with pytest.raises(PhotoCutShort):
        strip_metadata(skin_jpeg[:-2])
