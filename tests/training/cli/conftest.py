"""``kiosk-train`` in this process, and a folder that it prepared."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from training.cli import main

KioskTrain = Callable[..., Result]


@pytest.fixture
def kiosk_train() -> KioskTrain:
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def prepared(kiosk_train: KioskTrain, photo_list: Path, tmp_path: Path) -> Path:
    """What ``prepare`` makes of the six photos."""
    out = tmp_path / "prepared"
    told = kiosk_train("prepare", "--images", photo_list.parent, "--manifest", photo_list, "--out", out)
    assert told.exit_code == 0
    return out
