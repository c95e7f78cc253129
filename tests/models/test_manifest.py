"""The manifest: each fault is named, and no other file is taken for the model."""

import hashlib
import json

import pytest
from pydantic import ValidationError

from models.conditions import load_catalogue
from models.errors import ManifestInvalid, ModelMismatch, ModelMissing
from models.manifest import SHIPPED, Manifest, load_manifest, read_model

MODEL = b"weights"


@pytest.fixture
def facts():
    """What a manifest that holds says."""
    return {
        "name": "probe",
        "version": "1",
        "kind": "classifier",
        "file": "probe.tflite",
        "sha256": hashlib.sha256(MODEL).hexdigest(),
        "licence": "Apache-2.0",
        "input": {"side_pixels": 224, "crops": [0.875], "mirrored": False},
        "preprocessing": "centre-squares-2",
        "conditions": ["nevus", "melanoma"],
        "temperature": 1.0,
        "balance": [0.5, -0.5],
        "thresholds": {"inconclusive_below": 0.4, "none_from": 0.5, "look_soon_from": 0.3},
        "strangeness": None,
        "context": None,
        "self_test_scores": [0.5, 0.5],
    }


@pytest.fixture
def write(tmp_path):
    """Write facts (or plain text) as a manifest; its path."""

    def write(facts):
        path = tmp_path / "probe.json"
        path.write_text(facts if isinstance(facts, str) else json.dumps(facts), encoding="utf-8")
        return path

    return write


def test_the_shipped_manifest_and_model_hold_together():
    manifest = load_manifest(SHIPPED)
    assert manifest.kind == "classifier"
    assert hashlib.sha256(read_model(manifest, SHIPPED.parent)).hexdigest() == manifest.sha256
    assert set(manifest.conditions) <= set(load_catalogue().conditions)


def test_what_is_saved_is_what_is_loaded(facts, write, tmp_path):
    manifest = load_manifest(write(facts))
    manifest.save(tmp_path / "again.json")
    assert load_manifest(tmp_path / "again.json") == manifest
    assert json.loads((tmp_path / "again.json").read_text(encoding="utf-8")) == facts


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""),
        ("version", None),
        ("kind", "oracle"),
        ("file", "../../etc/passwd"),
        ("file", "probe.h5"),
        ("sha256", "abc"),
        ("input", {"side_pixels": 0, "crops": [0.875]}),
        ("input", {"side_pixels": 224, "crops": [0.875, 1.5]}),
        ("input", {"side_pixels": 224, "crops": [0.0]}),
        ("input", {"side_pixels": 224, "crops": []}),
        ("input", {"side_pixels": 224}),
        ("preprocessing", ""),
        ("conditions", ["nevus"]),
        ("conditions", ["nevus", "nevus"]),
        ("temperature", 0),
        ("temperature", "warm"),
        ("thresholds", {"inconclusive_below": 1.4, "look_soon_from": 0.3}),
        ("thresholds", {"inconclusive_below": 0.4}),
        ("self_test_scores", [0.5]),
        ("balance", [0.5]),
        ("balance", [0.5, 0.5, -1.0]),
        ("strangeness", {"file": "../known.npz", "sha256": "0" * 64, "bias": 0.0, "weights": {}}),
        ("strangeness", {"file": "known.npz", "sha256": "0" * 64, "bias": 0.0, "weights": {"hunch": 1.0}}),
        ("self_test_scores", [0.5, 0.3, 0.2]),
        ("licence", ""),
        ("colour", "red"),
    ],
)
def test_a_value_that_does_not_hold_is_named(facts, write, name, value):
    with pytest.raises(ManifestInvalid, match=name) as refused:
        load_manifest(write(facts | {name: value}))
    assert "install the model again" in str(refused.value)


@pytest.mark.parametrize("name", ["name", "sha256", "conditions", "temperature", "thresholds", "input"])
def test_a_value_that_is_missing_is_named(facts, write, name):
    del facts[name]
    with pytest.raises(ManifestInvalid, match=name):
        load_manifest(write(facts))


@pytest.mark.parametrize("text", ["", "{", "[]", "not JSON", '{"name": "probe"'])
def test_what_is_no_manifest_at_all_is_refused(write, text):
    with pytest.raises(ManifestInvalid, match=r"probe\.json"):
        load_manifest(write(text))


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "probe.json").write_bytes(b"\xff\xfe\0\x81")
    with pytest.raises(ManifestInvalid):
        load_manifest(tmp_path / "probe.json")


def test_a_folder_in_its_place_is_refused(tmp_path):
    with pytest.raises(ManifestInvalid):
        load_manifest(tmp_path)


def test_a_missing_manifest_says_where_it_was_looked_for(tmp_path):
    with pytest.raises(ModelMissing, match=r"nowhere\.json.*install the model again"):
        load_manifest(tmp_path / "nowhere.json")


def test_the_model_is_read_when_it_is_the_one(facts, write, tmp_path):
    (tmp_path / "probe.tflite").write_bytes(MODEL)
    assert read_model(load_manifest(write(facts)), tmp_path) == MODEL


def test_a_missing_model_says_where_it_was_looked_for(facts, write, tmp_path):
    with pytest.raises(ModelMissing, match=r"probe\.tflite.*install the model again"):
        read_model(load_manifest(write(facts)), tmp_path)


@pytest.mark.parametrize("content", [b"", MODEL[:-1], MODEL + b"\0", b"other"])
def test_another_file_is_not_taken_for_the_model(facts, write, tmp_path, content):
    (tmp_path / "probe.tflite").write_bytes(content)
    with pytest.raises(ModelMismatch, match=r"probe\.tflite.*sha256.*install the model again"):
        read_model(load_manifest(write(facts)), tmp_path)


def test_a_model_that_cannot_be_read_is_told_as_missing(facts, write, tmp_path):
    (tmp_path / "probe.tflite").mkdir()
    with pytest.raises(ModelMissing, match=r"probe\.tflite.*install the model again"):
        read_model(load_manifest(write(facts)), tmp_path)


def test_a_manifest_cannot_be_changed_once_loaded(facts):
    with pytest.raises(ValidationError):
        Manifest.model_validate(facts).temperature = 2.0


def test_a_model_that_knows_strangers_gives_one_number_more(facts, write):
    strangeness = {"file": "known.npz", "sha256": "0" * 64, "bias": -1.0, "weights": {"doubt": 1.0}}
    manifest = load_manifest(write(facts | {"strangeness": strangeness, "self_test_scores": [0.5, 0.3, 0.2]}))
    assert manifest.outputs == 3
    assert load_manifest(write(facts)).outputs == 2
