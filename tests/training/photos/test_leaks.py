from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from training.errors import SplitLeaks
from training.photos.duplicates import find_twins
from training.photos.leaks import Leak, find_leaks, refuse_leaks
from training.photos.row import Row
from training.photos.split import split_groups, split_of_each

MakeRow = Callable[..., Row]
Picture = NDArray[np.uint8]


def test_fifty_leaks_of_each_kind_are_found_and_nothing_else(
    row: MakeRow, picture: Callable[..., Picture]
) -> None:
    rows = [row(f"clean {n}", patient=f"p{n // 3}", lesion=f"l{n // 2}") for n in range(120)]
    splits = ["train" if n < 60 else "test" for n in range(120)]
    pictures = [picture(n, 64) for n in range(120)]
    for n in range(50):
        rows += [row(f"p {n} {side}", patient=f"shared {n}") for side in "ab"]
        rows += [row(f"l {n} {side}", lesion=f"shared {n}") for side in "ab"]
        rows += [row(f"d {n} {side}") for side in "ab"]
        splits += ["train", "test", "train", "calibrate", "calibrate", "test"]
        pictures += [picture(1000 + 10 * n + k, 64) for k in range(5)]
        pictures.append(cv2.convertScaleAbs(pictures[-1], alpha=0.9, beta=9)[:, ::-1])

    leaks = find_leaks(rows, splits, find_twins(np.stack(pictures)))

    assert Counter(leak.reason for leak in leaks) == {
        "same patient": 50, "same lesion": 50, "near duplicate": 50,
    }  # fmt: skip
    planted = {(f"{kind} {n} a", f"{kind} {n} b") for kind in "pld" for n in range(50)}
    assert {leak.paths for leak in leaks} == planted


def test_a_leak_is_named_with_both_photos_their_splits_and_the_reason(row: MakeRow) -> None:
    rows = [row("a.jpg", lesion="L7"), row("b.jpg", lesion="L7")]
    (leak,) = find_leaks(rows, ["train", "test"], ())
    assert leak == Leak("same lesion", ("a.jpg", "b.jpg"), ("train", "test"))
    with pytest.raises(SplitLeaks, match=r"1 pairs.*\na\.jpg \(train\) and b\.jpg \(test\): same lesion"):
        refuse_leaks([leak])


def test_what_is_tied_twice_is_named_once(row: MakeRow) -> None:
    rows = [
        row("a.jpg", patient="P", lesion="L", group="P"),
        row("b.jpg", patient="P", lesion="L", group="P"),
    ]
    assert [leak.reason for leak in find_leaks(rows, ["train", "test"], ((0, 1),))] == ["same patient"]


def test_a_group_that_tells_no_more_leaks_all_the_same(row: MakeRow) -> None:
    rows = [row("a.jpg", group="G"), row("b.jpg", group="G")]
    assert [leak.reason for leak in find_leaks(rows, ["train", "test"], ())] == ["same group"]


def test_a_near_duplicate_that_the_list_names_counts(row: MakeRow) -> None:
    rows = [row("a.jpg"), row("b.jpg", near_duplicate_of="a.jpg")]
    assert [leak.reason for leak in find_leaks(rows, ["test", "train"], ())] == ["near duplicate"]


def test_twenty_leaks_are_spelled_out_and_all_are_counted(row: MakeRow) -> None:
    rows = [row(f"{n} {side}", patient=f"p{n}") for n in range(30) for side in "ab"]
    with pytest.raises(SplitLeaks, match="leaks in 30 pairs") as refused:
        refuse_leaks(find_leaks(rows, ["train", "test"] * 30, ()))
    assert str(refused.value).count("same patient") == 20


def test_a_split_of_ours_never_leaks(row: MakeRow) -> None:
    """Every row has a group of its own; patients, lesions and twins tie them across groups."""
    rows = [row(f"{n}", patient=f"p{n % 37}" if n % 3 else "") for n in range(200)]
    rows = [replace(r, lesion=f"l{n % 41}") if n % 4 == 0 else r for n, r in enumerate(rows)]
    twins = tuple((n, n + 100) for n in range(0, 100, 9))
    splits = split_groups(rows, ("nevus",), 1, twins)
    assert find_leaks(rows, split_of_each(rows, splits, twins), twins) == ()
    assert find_leaks(rows, split_of_each(rows, split_groups(rows, ("nevus",), 1), ()), twins) != ()
