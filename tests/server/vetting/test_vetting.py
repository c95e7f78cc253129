"""Only a whole JPEG or PNG goes in, without what it must not carry; doubts hold it and never refuse it."""

import cv2
import numpy as np
import pytest

from models.errors import ModelMissing
from server.errors import PhotoRefused
from server.vetting.vetting import Vetting


@pytest.fixture
def vetting():
    return Vetting()


@pytest.mark.parametrize("kind", ["jpeg", "progressive", "png"])
def test_a_photo_is_let_in_byte_for_byte(vetting, pictures, kind):
    image = pictures.skin(96, 64)
    photo = pictures.png(image) if kind == "png" else pictures.jpeg(image, progressive=kind == "progressive")
    vetted = vetting.vet(photo)
    assert (vetted.photo, vetted.reason) == (photo, None)
    assert vetted.content_type == ("image/png" if kind == "png" else "image/jpeg")


def test_metadata_goes_and_the_pixels_stay(vetting, pictures, skin_jpeg):
    talkative = pictures.with_segments(skin_jpeg, pictures.exif(1), pictures.segment(0xFE, b"Anna's arm"))
    vetted = vetting.vet(talkative)
    assert b"Anna" not in vetted.photo
    assert np.array_equal(pictures.pixels(vetted.photo), pictures.pixels(talkative))


@pytest.mark.parametrize("kind", ["jpeg", "png"])
@pytest.mark.parametrize("payload", [b"\0", b"PK\x03\x04 an archive", b"<script>"])
def test_bytes_behind_the_end_are_refused(vetting, pictures, kind, payload):
    photo = getattr(pictures, kind)(pictures.skin(96, 64))
    with pytest.raises(PhotoRefused, match="behind the picture's end"):
        vetting.vet(photo + payload)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7",
        b"GIF89a" + bytes(100),
        b"<svg/>",
        b"\0\0\0\x18ftypheic" + bytes(100),
        b"\xff\xd8\xff\xd9",
    ],
    ids=["nothing", "PDF", "GIF", "SVG", "HEIC", "a JPEG without a picture"],
)
def test_what_is_no_jpeg_or_png_is_refused_whatever_it_claims(vetting, content):
    with pytest.raises(PhotoRefused, match="no photo that can be kept"):
        vetting.vet(content)


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_half_a_photo_is_refused(vetting, pictures, kind):
    photo = getattr(pictures, kind)(pictures.skin(96, 64))
    with pytest.raises(PhotoRefused, match="send it once more"):
        vetting.vet(photo[: len(photo) // 2])


def test_a_png_whose_pixels_are_missing_is_refused(vetting, pictures):
    with pytest.raises(PhotoRefused, match="does not decode"):
        vetting.vet(pictures.png_of(100, 100, 8, 2, b"\0"))


@pytest.mark.parametrize(("width", "height"), [(63, 200), (200, 63), (64 * 9, 64)])
def test_a_speck_and_a_strip_are_refused(vetting, pictures, width, height):
    with pytest.raises(PhotoRefused, match=r"too small|a strip"):
        vetting.vet(pictures.jpeg(pictures.skin(width, height)))


def test_a_picture_that_would_fill_the_memory_is_refused_undecoded(vetting, pictures):
    with pytest.raises(PhotoRefused, match="megapixels"):
        vetting.vet(pictures.png_of(60_000, 60_000, 8, 2, b"\0"))


def test_the_first_suspicion_that_finds_something_holds_the_photo(skin_jpeg):
    seen = []

    def no_doubt(image):
        seen.append(image.shape)

    vetting = Vetting((no_doubt, lambda _: "a face", lambda _: "no skin"))
    vetted = vetting.vet(skin_jpeg)
    assert (vetted.photo, vetted.reason) == (skin_jpeg, "a face")
    assert seen == [(240, 320, 3)]


def test_a_suspicion_sees_no_more_pixels_than_it_needs(pictures):
    seen = []
    Vetting((lambda image: seen.append(image.shape),)).vet(pictures.jpeg(pictures.skin(2600, 1300)))
    assert seen == [(650, 1300, 3)]


def test_a_long_reason_is_cut_to_what_its_row_holds(skin_jpeg):
    assert len(Vetting((lambda _: "x" * 1000,)).vet(skin_jpeg).reason) == 300


def broken(_):
    raise ModelMissing("there is no model here")


def test_a_photo_that_could_not_be_judged_is_held_for_that(skin_jpeg, caplog):
    vetted = Vetting((broken, lambda _: None)).vet(skin_jpeg)
    assert vetted.photo == skin_jpeg
    assert vetted.reason == "It could not be judged here (ModelMissing): the server's log tells why."
    assert "there is no model here" in caplog.text


def test_whatever_goes_wrong_the_next_photo_is_judged(skin_jpeg):
    faults = iter([MemoryError, cv2.error, ValueError])

    def often_broken(_):
        for fault in faults:
            raise fault

    vetting = Vetting((often_broken,))
    assert [vetting.vet(skin_jpeg).reason is None for _ in range(4)] == [False, False, False, True]
