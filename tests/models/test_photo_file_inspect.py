"""A photo file says what it is, how large it is and which way is up, before a pixel is decoded."""

import numpy as np
import pytest

from models.errors import NotAPhoto, PhotoTooLarge, PhotoUnsupported
from models.photo_file import MAX_PHOTO_BYTES, inspect


def test_a_jpeg_says_its_size(pictures):
    header = inspect(pictures.jpeg(pictures.skin(120, 80)))
    assert (header.kind, header.width_pixels, header.height_pixels) == ("jpeg", 120, 80)
    assert header.orientation == 1


def test_a_png_says_its_size(pictures):
    header = inspect(pictures.png(pictures.skin(120, 80)))
    assert (header.kind, header.width_pixels, header.height_pixels) == ("png", 120, 80)
    assert header.orientation == 1


def test_a_progressive_jpeg_and_one_with_restart_markers_are_read(pictures):
    for photo in (
        pictures.jpeg(pictures.skin(), progressive=True),
        pictures.jpeg(pictures.skin(), restarts=2),
    ):
        assert (inspect(photo).width_pixels, inspect(photo).height_pixels) == (320, 240)


@pytest.mark.parametrize("order", [">", "<"], ids=["Motorola", "Intel"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_jpeg_says_which_way_is_up(pictures, orientation, order):
    photo = pictures.with_segments(pictures.jpeg(pictures.quarters()), pictures.exif(orientation, order))
    assert inspect(photo).orientation == orientation


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_png_says_which_way_is_up(pictures, orientation):
    chunk = pictures.chunk(b"eXIf", pictures.tiff(orientation))
    assert inspect(pictures.png_with(pictures.png(pictures.quarters()), chunk)).orientation == orientation


def test_the_size_is_the_stored_one_whichever_way_is_up(pictures):
    photo = pictures.with_segments(pictures.jpeg(pictures.quarters(96, 64)), pictures.exif(6))
    assert (inspect(photo).width_pixels, inspect(photo).height_pixels) == (96, 64)


def test_an_orientation_that_does_not_exist_counts_as_upright(pictures):
    photo = pictures.with_segments(pictures.jpeg(pictures.quarters()), pictures.exif(9))
    assert inspect(photo).orientation == 1


@pytest.mark.parametrize(
    "tiff",
    [
        b"",
        b"MM",
        b"XX\0*\0\0\0\x08",
        b"MM\0*\xff\xff\xff\xff",
        b"MM\0*\0\0\0\x08\xff\xff",
        b"II+\0\x08\0\0\0",
    ],
)
def test_a_damaged_exif_counts_as_upright(pictures, tiff):
    jpeg = pictures.jpeg(pictures.quarters())
    photo = pictures.with_segments(jpeg, pictures.segment(0xE1, b"Exif\0\0" + tiff))
    assert inspect(photo).orientation == 1


def test_of_two_orientations_the_first_counts_as_in_the_decoder(pictures):
    jpeg = pictures.jpeg(pictures.quarters(96, 64))
    photo = pictures.with_segments(jpeg, pictures.exif(6), pictures.exif(3))
    assert inspect(photo).orientation == 6
    assert pictures.pixels(photo).shape == (96, 64, 3)


def test_an_exif_without_an_orientation_leaves_it_to_the_next(pictures):
    jpeg = pictures.jpeg(pictures.quarters(96, 64))
    photo = pictures.with_segments(jpeg, pictures.exif(None), pictures.exif(6))
    assert inspect(photo).orientation == 6
    assert pictures.pixels(photo).shape == (96, 64, 3)


def test_an_orientation_behind_the_pixels_does_not_count(pictures):
    jpeg = pictures.jpeg(pictures.quarters(96, 64))
    photo = jpeg[:-2] + pictures.exif(6) + jpeg[-2:]
    assert inspect(photo).orientation == 1
    assert pictures.pixels(photo).shape == (64, 96, 3)


def test_fill_bytes_before_a_marker_do_not_shift_what_is_read(pictures):
    photo = pictures.jpeg(pictures.skin(120, 80)).replace(b"\xff\xc0", b"\xff\xff\xff\xc0", 1)
    header = inspect(pictures.with_segments(photo, b"\xff" + pictures.exif(6)))
    assert (header.width_pixels, header.height_pixels, header.orientation) == (120, 80, 6)


def test_no_bytes_at_all_are_told_as_such():
    with pytest.raises(NotAPhoto, match="empty"):
        inspect(b"")


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a" + bytes(200),
        b"hello, this is a letter\n" * 20,
        b"%PDF-1.7\n",
        b"RIFF\x10\0\0\0WEBPVP8 ",
        b"<svg/>",
        b"\xff",
        b"\x89PNG",
        b"PK\x03\x04",
    ],
)
def test_what_is_no_jpeg_or_png_is_refused_with_what_to_send(content):
    with pytest.raises(NotAPhoto, match="send a JPEG or a PNG"):
        inspect(content)


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"avif"])
def test_a_heic_photo_is_refused_with_what_to_set_on_the_phone(brand):
    with pytest.raises(PhotoUnsupported, match="Most Compatible"):
        inspect(b"\0\0\0\x18ftyp" + brand + bytes(300))


def test_twenty_mebibytes_are_taken_and_one_byte_more_is_not(pictures, skin_jpeg):
    fits = skin_jpeg + bytes(MAX_PHOTO_BYTES - len(skin_jpeg))
    assert inspect(fits).kind == "jpeg"
    with pytest.raises(PhotoTooLarge, match="20 MiB"):
        inspect(fits + b"\0")


def test_21_mebibytes_of_anything_are_too_large():
    with pytest.raises(PhotoTooLarge):
        inspect(bytes(21 * 1024 * 1024))


def test_a_png_bomb_is_refused_by_its_header(pictures):
    with pytest.raises(PhotoTooLarge, match="30000 x 30000"):
        inspect(pictures.png_of(30_000, 30_000, 8, 2, bytes(1000)))


def test_a_jpeg_that_declares_too_many_pixels_is_refused(pictures):
    photo = bytearray(pictures.jpeg(pictures.skin(120, 80)))
    at = photo.index(b"\xff\xc0") + 5
    photo[at : at + 4] = (60_000).to_bytes(2) * 2
    with pytest.raises(PhotoTooLarge, match="64 megapixels"):
        inspect(bytes(photo))


def test_a_photo_of_no_pixels_is_refused(pictures):
    with pytest.raises(NotAPhoto, match="no pixels"):
        inspect(pictures.png_of(0, 10, 8, 2, b""))


def test_a_64_megapixel_phone_photo_is_taken(pictures):
    flat = np.full((8000, 8000), 128, np.uint8)
    assert inspect(pictures.jpeg(flat)).width_pixels == 8000
