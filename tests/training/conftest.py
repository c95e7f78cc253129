"""Photos and rows made of arithmetic: no data set is needed here."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from training.photos.row import Row

HEADER = "path,condition,dataset,modality,licence,group_key,lesion_id,patient_id,near_duplicate_of"


@pytest.fixture
def row() -> Callable[..., Row]:
    def make(path: str, **changes: Any) -> Row:
        code = changes.pop("code", "nevus")
        facts: dict[str, Any] = {
            "path": path, "label": code, "code": code, "dataset": "A", "modality": "dermoscopy",
            "licence": "CC0", "group": path, "group_known": True, "near_duplicate_of": "", "skin_tone": "",
        }  # fmt: skip
        return Row(**(facts | changes))

    return make


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Six pictures of 300x280: spots of different colour and size on skin."""
    folder = tmp_path / "images"
    folder.mkdir()
    for number in range(6):
        picture = np.full((280, 300, 3), (150, 175, 215), np.uint8)
        cv2.circle(picture, (150, 140), 30 + 10 * number, (40 + 10 * number, 60, 90), -1)
        cv2.imwrite(str(folder / f"{number}.jpg"), picture)
    return folder


@pytest.fixture
def photo_list(images: Path) -> Path:
    """A list of the six: two nevi, a melanoma, a wart unlearned, an eczema, a drawing."""
    lines = [
        "0.jpg,nevus,A,dermoscopy,CC0,p0,,p0,",
        "1.jpg,nevus,A,clinical close-up,CC0,p1,,p1,",
        "2.jpg,melanoma,A,clinical close-up,CC0,p2,,p2,",
        "3.jpg,other_benign,A,clinical close-up,CC0,p3,,p3,",
        "4.jpg,eczema,A,clinical photo,CC0,p4,,p4,",
        "5.jpg,non_skin_graphic,A,not skin,CC0,p5,,,",
    ]
    path = images / "manifest.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path
