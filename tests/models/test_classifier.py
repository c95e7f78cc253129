"""The classifier: scores that can be relied on, or a refusal that says what to do."""

import hashlib
import json
import shutil

import numpy as np
import pytest

from models.classifier import Classifier, self_test_image
from models.errors import EngineMissing, ManifestInvalid, ModelError, ModelMismatch, ModelMissing
from models.manifest import SHIPPED, load_manifest
from models.scoring import softmax
from models.strangeness import NONE_OF_THESE

SELF_TEST_SHA256 = "8a3c1e17b79d30852722d265b97818ff7ae8bd21306883265ba1b9f92e52a140"


@pytest.fixture
def installed(tmp_path):
    """A copy of the shipped model; ``change`` writes its manifest with other facts."""
    facts = json.loads(SHIPPED.read_text(encoding="utf-8"))
    for file in (facts["file"], facts["strangeness"]["file"]):
        shutil.copy(SHIPPED.parent / file, tmp_path)

    def change(**other):
        path = tmp_path / "model.json"
        path.write_text(json.dumps(facts | other), encoding="utf-8")
        return path

    return change


@pytest.fixture
def model_file(tmp_path, installed):
    return tmp_path / load_manifest(SHIPPED).file


def scores_of(prediction):
    return [candidate.score for candidate in prediction.candidates]


def test_every_condition_of_the_model_gets_a_score_and_they_sum_to_one(classifier, pictures):
    prediction = classifier.classify(pictures.skin())
    scored = {c.condition for c in prediction.candidates}
    assert scored == {*classifier.manifest.conditions, NONE_OF_THESE}
    assert sum(scores_of(prediction)) == pytest.approx(1.0, abs=1e-9)
    assert all(0 <= score <= 1 for score in scores_of(prediction))


def test_the_best_candidate_stands_first(classifier, pictures):
    for seed in range(3):
        prediction = classifier.classify(pictures.skin(seed=seed, spot=0.1 + 0.1 * seed))
        assert scores_of(prediction) == sorted(scores_of(prediction), reverse=True)


def test_the_same_photo_gives_the_same_scores(classifier, pictures):
    first, second = (classifier.classify(pictures.skin()).candidates for _ in range(2))
    assert first == second


def test_a_prediction_names_its_model_and_its_times(classifier, pictures):
    prediction = classifier.classify(pictures.skin(), decode_milliseconds=3.456)
    manifest = load_manifest(SHIPPED)
    assert prediction.model.name == manifest.name
    assert prediction.model.version == manifest.version
    assert prediction.model.sha256 == manifest.sha256
    assert prediction.milliseconds.keys() == {"decode", "preprocess", "inference"}
    assert prediction.milliseconds["decode"] == 3.46
    assert prediction.milliseconds["inference"] > 0


def test_a_photo_is_decoded_at_the_size_that_the_model_needs(classifier, pictures):
    image = classifier.decode(pictures.jpeg(pictures.skin(1200, 1200)))
    assert image.shape == (300, 300, 3)


def test_a_large_photo_is_judged_as_a_small_one(classifier, pictures):
    image = pictures.skin(600, 600)
    large = image.repeat(4, axis=0).repeat(4, axis=1)
    small = scores_of(classifier.classify(classifier.decode(pictures.jpeg(image))))
    assert scores_of(classifier.classify(classifier.decode(pictures.jpeg(large)))) == pytest.approx(
        small, abs=0.1
    )


def test_it_says_which_engines_it_timed(classifier):
    assert classifier.engines
    assert classifier.interpreter.engine in classifier.engines
    assert classifier.engines[classifier.interpreter.engine] == min(classifier.engines.values())


def test_the_self_test_can_be_run_again(classifier):
    classifier.self_test()


def test_the_self_test_picture_is_the_same_for_ever():
    picture = self_test_image(224)
    assert picture.shape == (1, 224, 224, 3)
    digest = hashlib.sha256(picture.tobytes()).hexdigest()
    assert digest == SELF_TEST_SHA256


def test_softmax_sums_to_one_and_does_not_overflow():
    scores = softmax(np.array([1000.0, 999.0, -1000.0], np.float32), 1.0)
    assert scores.sum() == pytest.approx(1.0)
    assert scores[0] == pytest.approx(1 / (1 + np.exp(-1)))


def test_a_higher_temperature_is_less_sure():
    logits = np.array([3.0, 1.0, 0.0], np.float32)
    assert softmax(logits, 4.0)[0] < softmax(logits, 1.0)[0]


def test_a_copy_of_the_shipped_model_loads(installed):
    assert Classifier.load(installed()).manifest == load_manifest(SHIPPED)


def test_a_missing_model_refuses_and_says_what_to_do(installed, model_file):
    path = installed()
    model_file.unlink()
    with pytest.raises(ModelMissing, match="install the model again"):
        Classifier.load(path)


def test_a_missing_manifest_refuses_and_says_what_to_do(tmp_path):
    with pytest.raises(ModelMissing, match="install the model again"):
        Classifier.load(tmp_path / "model.json")


@pytest.mark.parametrize("keep", [0, 1, 1000, -1])
def test_a_model_cut_short_refuses_and_says_what_to_do(installed, model_file, keep):
    path = installed()
    model_file.write_bytes(model_file.read_bytes()[:keep])
    with pytest.raises(ModelMismatch, match=r"sha256.*install the model again"):
        Classifier.load(path)


def test_a_model_with_one_bit_turned_refuses(installed, model_file):
    path = installed()
    content = bytearray(model_file.read_bytes())
    content[len(content) // 2] ^= 1
    model_file.write_bytes(content)
    with pytest.raises(ModelMismatch, match="sha256"):
        Classifier.load(path)


@pytest.mark.parametrize("content", [b"", b"no model at all", bytes(4096)])
def test_what_is_no_model_refuses_even_where_the_manifest_vouches_for_it(installed, model_file, content):
    model_file.write_bytes(content)
    path = installed(sha256=hashlib.sha256(content).hexdigest())
    with pytest.raises(ModelMismatch, match="install the model again"):
        Classifier.load(path)


def test_a_model_of_another_number_of_conditions_refuses(installed):
    manifest = load_manifest(SHIPPED)
    path = installed(conditions=manifest.conditions[:-1], self_test_scores=manifest.self_test_scores[:-1])
    with pytest.raises(ModelMismatch, match=r"other shapes.*install the model again"):
        Classifier.load(path)


def test_a_model_of_another_input_refuses(installed):
    with pytest.raises(ModelMismatch, match=r"other shapes.*install the model again"):
        Classifier.load(installed(input={"side_pixels": 192, "crops": [0.875]}))


def test_a_condition_that_the_catalogue_does_not_hold_refuses(installed):
    conditions = ("sunburn", *load_manifest(SHIPPED).conditions[1:])
    with pytest.raises(ManifestInvalid, match=r"sunburn.*install its own model"):
        Classifier.load(installed(conditions=conditions))


def test_another_preprocessing_refuses_and_says_what_to_do(installed):
    with pytest.raises(ManifestInvalid, match=r"centre-square-9.*update the program"):
        Classifier.load(installed(preprocessing="centre-square-9"))


@pytest.mark.parametrize("kind", ["mask", "face"])
def test_a_model_of_another_kind_refuses(installed, kind):
    with pytest.raises(ManifestInvalid, match=kind):
        Classifier.load(installed(kind=kind))


def test_a_model_whose_scores_are_not_those_of_its_making_refuses(installed):
    scores = load_manifest(SHIPPED).self_test_scores
    wrong = [1.0 if score == min(scores) else 0.0 for score in scores]
    with pytest.raises(ModelMismatch, match=r"self-test is off by .*install the model again"):
        Classifier.load(installed(self_test_scores=wrong))


def test_without_an_engine_it_refuses_and_says_what_to_install(installed):
    with pytest.raises(EngineMissing, match="install ai-edge-litert"):
        Classifier.load(installed(), engines=())


def test_every_refusal_is_one_kind_of_error():
    refusals = (EngineMissing, ManifestInvalid, ModelMismatch, ModelMissing)
    assert all(issubclass(refusal, ModelError) for refusal in refusals)
