"""The engine that ships: the kiosk's classifier with the server's model, and never another in its place."""

import pytest

from models.context import NOTHING_TOLD, Told
from models.errors import ModelMissing, PhotoError
from models.examiner import Examiner
from models.finding import Guidance
from models.manifest import SHIPPED
from server.opinions.engine import LiteRtEngine, load_engine


@pytest.fixture(scope="module")
def engine(classifier):
    return LiteRtEngine(Examiner(classifier, lambda: Guidance(("fever",))))


def test_it_gives_the_object_of_kiosk_classify(engine, skin_jpeg):
    given = engine.give(skin_jpeg, NOTHING_TOLD)
    assert given["model"] == vars(engine.model)
    assert given["milliseconds"].keys() == {"decode", "preprocess", "inference"}
    assert given["finding"]["red_flags"] == ("fever",)


def test_what_is_told_reaches_the_model(engine, skin_jpeg, monkeypatch):
    told = []
    classify = engine._examiner.classifier.classify
    monkeypatch.setattr(
        engine._examiner.classifier, "classify", lambda i, ms, t: told.append(t) or classify(i, ms, t)
    )
    engine.give(skin_jpeg, Told(50, "trunk"))
    assert told == [Told(50, "trunk")]


def test_what_is_no_photo_is_refused(engine):
    with pytest.raises(PhotoError):
        engine.give(b"no photo", NOTHING_TOLD)


def test_a_missing_model_is_a_reason_not_to_start(tmp_path):
    with pytest.raises(ModelMissing, match="install the model again"):
        load_engine(tmp_path / "vgg16.json")


def test_a_named_manifest_is_the_one_that_is_loaded():
    assert load_engine(SHIPPED, threads=1).model.name == "skin-kiosk-mobilenet"
