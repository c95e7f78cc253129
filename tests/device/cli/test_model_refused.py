"""A model that cannot be trusted: the kiosk does not start, and says what to do."""

import json
import shutil

import pytest

from device.camera.folder import SAMPLES
from models.classifier import Classifier
from models.manifest import SHIPPED


@pytest.fixture
def model(tmp_path, monkeypatch):
    """A copy of the shipped model that the kiosk takes for its own: its folder."""
    folder = tmp_path / "models"
    folder.mkdir()
    facts = json.loads(SHIPPED.read_text())
    for name in (SHIPPED.name, facts["file"], facts["strangeness"]["file"]):
        shutil.copy(SHIPPED.with_name(name), folder)
    load = Classifier.load
    monkeypatch.setattr(Classifier, "load", lambda **options: load(folder / SHIPPED.name, **options))
    return folder


def change_manifest(folder, **changes):
    path = folder / SHIPPED.name
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def model_file(folder):
    (path,) = folder.glob("*.tflite")
    return path


def self_test_scores():
    return json.loads(SHIPPED.read_text())["self_test_scores"]


def cut_short(folder):
    path = model_file(folder)
    path.write_bytes(path.read_bytes()[:-1000])


def one_byte_changed(folder):
    path = model_file(folder)
    model = bytearray(path.read_bytes())
    model[len(model) // 2] ^= 1
    path.write_bytes(model)


BREAKS = {
    "model file missing": lambda folder: model_file(folder).unlink(),
    "cut short": cut_short,
    "one byte changed": one_byte_changed,
    "manifest missing": lambda folder: (folder / SHIPPED.name).unlink(),
    "manifest garbled": lambda folder: (folder / SHIPPED.name).write_text("{"),
    "unknown condition": lambda folder: change_manifest(
        folder, conditions=["warts", *json.loads(SHIPPED.read_text())["conditions"][1:]]
    ),
    "other preprocessing": lambda folder: change_manifest(folder, preprocessing="another-9"),
    "self-test off": lambda folder: change_manifest(
        folder, self_test_scores=[float(score == min(self_test_scores())) for score in self_test_scores()]
    ),
    "labels too few": lambda folder: change_manifest(
        folder,
        conditions=json.loads(SHIPPED.read_text())["conditions"][:-1],
        balance=None,
        self_test_scores=self_test_scores()[:-1],
    ),
}


@pytest.fixture(params=BREAKS)
def broken(request, model):
    BREAKS[request.param](model)
    return request.param


def test_the_copied_model_is_taken_while_it_is_whole(kiosk, model):
    assert kiosk("classify", SAMPLES / "01.jpg", "--json").status == 0


@pytest.mark.parametrize(
    "call",
    [["run", "device", "--simulate"], ["classify", SAMPLES / "01.jpg", "--json"]],
    ids=["run", "classify"],
)
def test_it_is_refused_with_words(kiosk, broken, call, monkeypatch):
    monkeypatch.setattr("device.process.DeviceProcess.run", lambda _: 99)
    answer = kiosk(*call)
    assert answer.status == 1
    assert answer.out == ""
    assert answer.err.startswith("kiosk: ")
    assert "Traceback" not in answer.err
    assert any(word in answer.err for word in ("install", "update", "catalogue"))


def test_the_doctor_names_it(kiosk, broken):
    answer = kiosk("doctor", "--json")
    assert answer.status == 1
    (check,) = (check for check in answer.json["checks"] if check["name"] == "model self-test")
    assert not check["ok"]
