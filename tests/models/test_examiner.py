"""The whole way of a photo: quality, prediction, finding; the same object everywhere."""

import json
from pathlib import Path

import numpy as np
import pytest

import device
from models.errors import PhotoError
from models.examiner import Examiner
from models.finding import Guidance
from models.photo_file import strip_metadata

SAMPLES = sorted((Path(device.__file__).parent / "samples").glob("*.jp*g"))


@pytest.fixture(scope="module")
def examiner(classifier):
    return Examiner(classifier, lambda: Guidance(("Fever: get help today.",), "Ward 3"))


def test_it_says_everything_that_others_rely_on(examiner, skin_jpeg):
    told = json.loads(json.dumps(examiner.examine(skin_jpeg).as_json()))
    assert told.keys() >= {
        "quality",
        "finding",
        "inconclusive",
        "reason",
        "candidates",
        "model",
        "milliseconds",
    }
    assert told["quality"].keys() == {"ok", "reasons"}
    assert told["model"].keys() == {"name", "version", "sha256"}
    assert told["milliseconds"].keys() == {"decode", "preprocess", "inference"}
    assert told["milliseconds"]["decode"] > 0
    assert sum(candidate["score"] for candidate in told["candidates"]) == pytest.approx(1.0)
    assert told["finding"]["red_flags"] == ["Fever: get help today."]
    assert told["finding"]["emergency_contact"] == "Ward 3"


def test_an_unusable_photo_is_inconclusive_for_the_reason_to_retake_it(examiner):
    examination = examiner.examine_image(np.zeros((300, 300, 3), np.uint8))
    assert not examination.quality.ok
    assert examination.decision.inconclusive
    assert examination.decision.reason == f"Photo unusable. {examination.quality.reasons[0]}"
    assert examination.finding.text.startswith("Inconclusive. Photo unusable. The photo is black")


def test_what_is_no_photo_is_refused(examiner):
    with pytest.raises(PhotoError):
        examiner.examine(b"no photo")


@pytest.mark.parametrize("kind", ["png", "progressive", "16 bits", "grey", "cmyk"])
def test_every_kind_of_photo_gets_a_finding(examiner, pictures, kind):
    image = pictures.skin()
    photo = {
        "png": pictures.png(image),
        "progressive": pictures.jpeg(image, progressive=True),
        "16 bits": pictures.png(image.astype(np.uint16) * 257),
        "grey": pictures.jpeg(image[..., 0]),
        "cmyk": pictures.blocks_jpeg(
            np.random.default_rng(4).integers(90, 200, (4, 32, 32)), pictures.adobe(0)
        ),
    }[kind]
    assert examiner.examine(photo).finding.text


def test_a_stripped_photo_gets_the_same_candidates(examiner, pictures, skin_jpeg):
    photo = pictures.with_segments(skin_jpeg, pictures.exif(6))
    stripped = examiner.examine(strip_metadata(photo))
    assert stripped.prediction.candidates == examiner.examine(photo).prediction.candidates


def test_there_are_samples():
    assert len(SAMPLES) >= 5


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_each_sample_is_usable_and_gets_a_prediction(examiner, sample):
    examination = examiner.examine(sample.read_bytes())
    assert examination.quality.ok
    assert examination.prediction.candidates


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_no_sample_carries_metadata(sample):
    assert strip_metadata(sample.read_bytes()) == sample.read_bytes()
