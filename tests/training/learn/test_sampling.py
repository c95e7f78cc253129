from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from training.learn import sampling
from training.learn.sampling import Batches, draw_weights
from training.photos.prepare import Prepared


def shown(prepared: Prepared, batches: int, epoch: int = 0, seed: int = 1) -> np.ndarray:
    """Class numbers of many small photos."""
    numbers = [numbers for _, numbers in Batches(prepared, 32, seed).take(epoch, batches, 32)]
    return np.concatenate(numbers)


def test_a_rare_condition_is_drawn_more_often_than_its_photos_are_common(prepared: Prepared) -> None:
    train = prepared.known("train")
    weights = draw_weights(prepared, train)
    by_code: Counter[str] = Counter()
    for index, weight in zip(train, weights, strict=True):
        by_code[prepared.rows[index].code] += weight
    assert weights.sum() == pytest.approx(1)
    assert by_code["melanoma"] > 1.5 * 6 / 48
    assert by_code["nevus"] < 30 / 48
    assert by_code["acne"] / by_code["melanoma"] == pytest.approx((12 / 6) ** 0.3 / 1.3)


def test_both_modalities_of_a_condition_are_drawn_alike_however_few_photos_one_has(
    prepared: Prepared,
) -> None:
    rows = [
        replace(row, modality="dermoscopy") if row.code == "nevus" and row.path[-1] in "13" else row
        for row in prepared.rows
    ]
    prepared = replace(prepared, rows=tuple(rows))
    train = prepared.known("train")
    drawn: Counter[tuple[str, bool]] = Counter()
    for index, weight in zip(train, draw_weights(prepared, train), strict=True):
        drawn[prepared.rows[index].code, prepared.rows[index].clinical] += weight
    few = sum(prepared.rows[i].code == "nevus" and prepared.rows[i].clinical for i in train)
    assert 0 < few < 15
    assert drawn["nevus", True] / drawn["nevus", False] == pytest.approx((few / (30 - few)) ** 0.3)


def test_a_batch_has_the_size_and_the_classes_that_were_asked_for(prepared: Prepared) -> None:
    batches = list(Batches(prepared, 5, 1).take(0, 3, 64))
    assert len(batches) == 3
    for photos, numbers in batches:
        assert (photos.shape, photos.dtype) == ((5, 64, 64, 3), np.uint8)
        assert (numbers.shape, numbers.dtype) == ((5,), np.int64)


def test_about_eight_in_a_hundred_photos_are_none_of_the_conditions(prepared: Prepared) -> None:
    numbers = shown(prepared, 60)
    assert set(numbers) == {0, 1, 2, 3}
    assert (numbers == len(prepared.classes)).mean() == pytest.approx(0.08, abs=0.02)


def test_one_epoch_yields_the_same_batches_again_and_another_epoch_or_seed_others(prepared: Prepared) -> None:
    def photos(epoch: int, seed: int) -> np.ndarray:
        return np.concatenate([photos for photos, _ in Batches(prepared, 4, seed).take(epoch, 2, 32)])

    assert (photos(3, 1) == photos(3, 1)).all()
    assert (photos(3, 1) != photos(4, 1)).mean() > 0.5
    assert (photos(3, 1) != photos(3, 2)).mean() > 0.5


def test_only_photos_of_the_train_split_are_shown(prepared: Prepared) -> None:
    pixels = prepared.pixels.copy()
    pixels[[split != "train" for split in prepared.splits]] = (255, 0, 255)
    hidden = replace(prepared, pixels=pixels)
    for epoch in range(2):
        pairs = zip(
            Batches(prepared, 32, 1).take(epoch, 8, 32),
            Batches(hidden, 32, 1).take(epoch, 8, 32),
            strict=True,
        )
        assert all((one[0] == other[0]).all() for one, other in pairs)


def test_photos_of_no_skin_and_drawn_pictures_are_both_shown_as_none_of_these(
    prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    monkeypatch.setattr(
        sampling, "draw_not_skin", lambda side, _: drawn.append(side) or np.zeros((side, side, 3), np.uint8)
    )
    batches = list(Batches(prepared, 32, 1).take(0, 30, 32))
    strange = sum(int((numbers == 3).sum()) for _, numbers in batches)
    green = sum(
        int((photos[numbers == 3].mean(axis=(1, 2)).argmax(axis=1) == 1).sum()) for photos, numbers in batches
    )
    assert 0.2 * strange < len(drawn) < 0.6 * strange
    assert green >= strange - len(drawn) - 1, "the others are the photographed green"


def test_without_any_photo_of_no_skin_all_of_it_is_drawn(prepared: Prepared) -> None:
    skin = [i for i, row in enumerate(prepared.rows) if not row.label.startswith("non_skin_")]
    bare = Prepared(
        tuple(prepared.rows[i] for i in skin),
        tuple(prepared.splits[i] for i in skin),
        prepared.classes,
        prepared.pixels[skin],
    )
    assert (shown(bare, 30) == 3).sum() > 0


def test_who_stops_in_the_middle_of_an_epoch_is_not_kept_waiting(prepared: Prepared) -> None:
    batches = Batches(prepared, 4, 1).take(0, 1000, 32)
    next(batches)
    batches.close()  # type: ignore[attr-defined]
    with pytest.raises(StopIteration):
        next(batches)
