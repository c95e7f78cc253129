"""``kiosk classify``: one answer a photo, in order; what cannot be read holds nothing up."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

from device.camera.folder import SAMPLES
from models.photo_file import MAX_PHOTO_BYTES
from models.strangeness import NONE_OF_THESE

KEYS = [
    "photo",
    "sha256",
    "quality",
    "finding",
    "inconclusive",
    "reason",
    "candidates",
    "model",
    "milliseconds",
]
FINDING_KEYS = {"text", "urgency", "description", "advice", "links", "red_flags", "disclaimer"}


@pytest.fixture
def classify(kiosk):
    return lambda *photos: kiosk("classify", *photos, "--json")


@pytest.fixture
def scores(classify, tmp_path):
    """The scores by condition for these bytes."""

    def of(photo, name="photo"):
        (tmp_path / name).write_bytes(photo)
        answer = classify(tmp_path / name)
        assert answer.status == 0, answer.out
        return {c["condition"]: c["score"] for c in answer.json["candidates"]}

    return of


def farthest(one, other):
    return max(abs(one[condition] - other[condition]) for condition in one)


def test_every_sample_that_ships_gets_an_answer_of_the_documented_shape(classify, classifier):
    samples = sorted(SAMPLES.glob("*.jpg"))
    answer = classify(*samples)
    assert answer.status == 0
    assert [line["photo"] for line in answer.lines] == [str(sample) for sample in samples]
    for sample, line in zip(samples, answer.lines, strict=True):
        assert list(line) == KEYS
        assert line["sha256"] == hashlib.sha256(sample.read_bytes()).hexdigest()
        assert line["quality"]["ok"] is True
        assert set(line["finding"]) >= FINDING_KEYS
        assert (line["reason"] is None) is not line["inconclusive"]
        found = [candidate["score"] for candidate in line["candidates"]]
        assert found == sorted(found, reverse=True)
        assert sum(found) == pytest.approx(1)
        scored = {c["condition"] for c in line["candidates"]}
        assert scored == {*classifier.manifest.conditions, NONE_OF_THESE}
        assert line["model"] == vars(classifier.model)
        assert set(line["milliseconds"]) == {"decode", "preprocess", "inference"}


def test_nothing_is_stored(classify, home):
    classify(SAMPLES / "01.jpg")
    assert not list(home.rglob("*.jpg"))


def test_in_words_each_answer_ends_with_what_it_is_not(kiosk, catalogue):
    answer = kiosk("classify", SAMPLES / "01.jpg")
    assert answer.status == 0
    assert "01.jpg: " in answer.out
    assert "urgency: " in answer.out
    assert catalogue.disclaimer in answer.out


def test_what_cannot_be_read_is_said_in_its_place_and_the_rest_go_on(classify, tmp_path, skin_jpeg):
    good, text, empty, cut = (tmp_path / name for name in ("good.jpg", "text.jpg", "empty.jpg", "cut.jpg"))
    good.write_bytes(skin_jpeg)
    text.write_text("These are words.")
    empty.touch()
    cut.write_bytes(skin_jpeg[: len(skin_jpeg) // 2])
    photos = [good, tmp_path / "missing.jpg", text, good, empty, tmp_path, cut, good]
    answer = classify(*photos)
    assert answer.status == 2
    assert [line["photo"] for line in answer.lines] == [str(photo) for photo in photos]
    for photo, line in zip(photos, answer.lines, strict=True):
        if photo is good:
            assert "candidates" in line
        else:
            assert list(line) == ["photo", "error"]
            assert len(line["error"].split()) > 2


def test_in_words_what_cannot_be_read_is_said_on_stderr(kiosk, tmp_path):
    answer = kiosk("classify", tmp_path / "missing.jpg")
    assert (answer.status, answer.out) == (2, "")
    assert "missing.jpg: No such file" in answer.err


def test_a_photo_of_more_than_20_mib_is_refused_unread(classify, tmp_path):
    with (tmp_path / "large.jpg").open("wb") as file:
        file.truncate(MAX_PHOTO_BYTES + 1)
    answer = classify(tmp_path / "large.jpg")
    assert answer.status == 2
    assert "20 MiB" in answer.json["error"]


def test_a_picture_that_declares_900_million_pixels_is_refused(classify, tmp_path, pictures):
    (tmp_path / "bomb.png").write_bytes(pictures.png_of(30_000, 30_000, 8, 2, b"\0" * 1000))
    answer = classify(tmp_path / "bomb.png")
    assert answer.status == 2
    assert "error" in answer.json


def test_a_black_photo_is_answered_as_inconclusive_with_what_to_do(classify, tmp_path, pictures):
    (tmp_path / "black.jpg").write_bytes(pictures.jpeg(np.zeros((480, 640, 3), np.uint8)))
    answer = classify(tmp_path / "black.jpg")
    assert answer.status == 0
    assert answer.json["quality"]["ok"] is False
    assert answer.json["inconclusive"] is True
    assert answer.json["reason"] == f"Photo unusable. {answer.json['quality']['reasons'][0]}"


@pytest.mark.parametrize("name", ["ünïcode 🩺.jpg", "with space.jpg", "-dash.jpg", "no-suffix", "wrong.txt"])
def test_a_photo_may_have_any_name(kiosk, tmp_path, monkeypatch, skin_jpeg, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(skin_jpeg)
    answer = kiosk("classify", "--json", "--", name)
    assert answer.status == 0
    assert answer.json["photo"] == name


def test_a_name_that_is_no_text_holds_nothing_up(home, tmp_path, skin_jpeg):
    odd, good = tmp_path / os.fsdecode(b"caf\xe9.jpg"), tmp_path / "good.jpg"
    for path in (odd, good):
        path.write_bytes(skin_jpeg)
    ended = subprocess.run(
        [sys.executable, "-m", "device.cli", "--home", home, "classify", "--json", odd, good],
        env=os.environ | {"PYTHONIOENCODING": "utf-8:strict"},
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert len(ended.stdout.splitlines()) == 2


# Pictures of every kind


def test_a_16_bit_png_gives_what_its_8_bit_twin_gives(scores, pictures):
    image = pictures.skin()
    assert farthest(scores(pictures.png(image.astype(np.uint16) * 257)), scores(pictures.png(image))) < 0.02


def test_a_palette_png_gives_what_its_true_colour_twin_gives(scores, pictures):
    few = (pictures.skin() // 52).astype(np.uint8)  # five levels a channel: 125 colours
    numbers = (few[..., 0] * 25 + few[..., 1] * 5 + few[..., 2]).astype(np.uint8)
    palette = bytes(
        level * 52 for number in range(125) for level in (number // 25, number // 5 % 5, number % 5)
    )
    rows = b"".join(b"\0" + row.tobytes() for row in numbers)
    height, width = numbers.shape
    photo = pictures.png_of(width, height, 8, 3, rows, pictures.chunk(b"PLTE", palette))
    assert farthest(scores(photo), scores(pictures.png(few * 52))) < 0.02


def test_a_cmyk_jpeg_gives_what_its_rgb_twin_gives(scores, pictures):
    coarse = pictures.skin(80, 60)
    planes = np.concatenate([coarse.transpose(2, 0, 1), np.full((1, 60, 80), 255, np.uint8)])
    twin = pictures.png(coarse.repeat(8, axis=0).repeat(8, axis=1))
    assert farthest(scores(pictures.blocks_jpeg(planes, pictures.adobe(0))), scores(twin)) < 0.08


@pytest.mark.parametrize(("orientation", "turns"), [(6, 1), (3, 2), (8, 3)])
def test_a_rotated_phone_photo_gives_what_the_upright_one_gives(scores, pictures, orientation, turns):
    upright = pictures.skin()
    upright[:100, :100] = (90, 60, 160)  # so that each rotation is another picture
    rotated = pictures.jpeg(np.ascontiguousarray(np.rot90(upright, turns)), quality=98)
    with_exif = pictures.with_segments(rotated, pictures.exif(orientation))
    assert farthest(scores(with_exif), scores(pictures.jpeg(upright, quality=98))) < 0.05


def test_a_grey_photo_gets_an_answer(scores, pictures):
    assert scores(pictures.jpeg(pictures.skin()[..., 0]))
