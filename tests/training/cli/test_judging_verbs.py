import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from models.manifest import SHIPPED
from training.cli import main

KioskTrain = Callable[..., Result]


@pytest.mark.parametrize("verb", sorted(main.commands))
def test_each_verb_says_what_it_does_and_takes(kiosk_train: KioskTrain, verb: str) -> None:
    told = kiosk_train(verb, "--help")
    assert told.exit_code == 0
    assert told.stdout.startswith(f"Usage: main {verb} [OPTIONS]")
    assert "Options:" in told.stdout
    assert main.commands[verb].help


def test_the_program_lists_its_verbs(kiosk_train: KioskTrain) -> None:
    told = kiosk_train("--help")
    assert told.exit_code == 0
    for verb in ("prepare", "train", "compare", "quantize", "evaluate", "card", "report"):
        assert f"  {verb} " in told.stdout


def test_an_unknown_verb_is_a_wrong_call(kiosk_train: KioskTrain) -> None:
    assert kiosk_train("diagnose").exit_code == 2


@pytest.mark.parametrize("verb", ["evaluate", "report", "card"])
def test_a_model_without_its_manifest_is_refused(
    kiosk_train: KioskTrain, photo_list: Path, tmp_path: Path, verb: str
) -> None:
    (tmp_path / "m.tflite").write_bytes(b"no model")
    told = kiosk_train(
        verb, "--model", tmp_path / "m.tflite", "--images", photo_list.parent, "--manifest", photo_list,
        *(("--out", tmp_path / "r.html") if verb == "report" else ()),
        *(("--trained", tmp_path) if verb == "card" else ()),
    )  # fmt: skip
    assert told.exit_code == 2
    assert "m.json: install the model again" in told.stderr


def test_a_split_that_there_is_not_is_refused(kiosk_train: KioskTrain, photo_list: Path) -> None:
    told = kiosk_train(
        "evaluate", "--model", SHIPPED, "--images", photo_list.parent, "--manifest", photo_list,
        "--split", "nowhere",
    )  # fmt: skip
    assert told.exit_code == 2
    assert "there is no split 'nowhere': take one of train, calibrate, test" in told.stderr


def test_photos_in_folders_are_judged_without_a_list(kiosk_train: KioskTrain, images: Path) -> None:
    for number, folder in enumerate(("nevus", "nevus", "melanoma")):
        (images / folder).mkdir(exist_ok=True)
        (images / f"{number}.jpg").rename(images / folder / f"{number}.jpg")
    told = kiosk_train("evaluate", "--model", SHIPPED, "--images", images, "--json")
    assert told.exit_code == 0
    assert json.loads(told.stdout)["photos"] == 3


def test_evaluating_an_interruption_ends_with_130(
    kiosk_train: KioskTrain, photo_list: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("training.cli.judging.judge_rows", stop)
    told = kiosk_train(
        "evaluate", "--model", SHIPPED, "--images", photo_list.parent, "--manifest", photo_list
    )
    assert told.exit_code == 130


def test_a_report_is_written_where_it_was_asked_for(
    kiosk_train: KioskTrain, photo_list: Path, tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    told = kiosk_train(
        "report", "--model", SHIPPED, "--images", photo_list.parent, "--manifest", photo_list, "--out", page
    )
    assert told.exit_code == 0
    assert json.loads(told.stdout) == {"report": str(page)}
    assert "<html" in page.read_text(encoding="utf-8")
