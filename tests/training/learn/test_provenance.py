from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.learn import provenance
from training.learn.provenance import code_version, prepared_hash
from training.photos.prepare import Prepared
from training.photos.row import Row


@pytest.fixture
def two(row: Callable[..., Row]) -> Prepared:
    pixels = np.arange(2 * 256 * 256 * 3, dtype=np.uint32).astype(np.uint8).reshape(2, 256, 256, 3)
    return Prepared((row("0.jpg"), row("1.jpg", code="melanoma")), ("train", "test"), ("nevus",), pixels)


def test_the_same_photos_have_the_same_hash(two: Prepared) -> None:
    assert prepared_hash(two) == prepared_hash(replace(two, pixels=two.pixels.copy()))
    assert len(prepared_hash(two)) == 64


def test_a_changed_pixel_label_split_or_group_changes_the_hash(
    two: Prepared, row: Callable[..., Row]
) -> None:
    pixels = two.pixels.copy()
    pixels[1, 255, 255, 2] ^= 1
    changed = [
        replace(two, pixels=pixels),
        replace(two, rows=(two.rows[0], replace(two.rows[1], code="acne"))),
        replace(two, rows=(two.rows[0], replace(two.rows[1], group="g"))),
        replace(two, splits=("train", "calibrate")),
    ]
    assert len({prepared_hash(photos) for photos in [two, *changed]}) == 5


def test_the_codes_version_follows_every_source_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("models", "training"):
        (tmp_path / package / "part").mkdir(parents=True)
        (tmp_path / package / "part" / "one.py").write_text("one = 1\n", encoding="utf-8")
    monkeypatch.setattr(provenance.resources, "files", lambda package: tmp_path / package)
    first = code_version()
    assert code_version() == first
    (tmp_path / "training" / "part" / "one.py").write_text("one = 2\n", encoding="utf-8")
    second = code_version()
    (tmp_path / "models" / "two.py").write_text("", encoding="utf-8")
    assert len({first, second, code_version()}) == 3


def test_the_version_of_the_code_that_runs_is_a_sha256() -> None:
    assert int(code_version(), 16) > 0
    assert len(code_version()) == 64
