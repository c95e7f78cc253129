import json
from collections.abc import Callable
from typing import Any

from training.judge.evaluate import evaluate
from training.judge.judging import Judged
from training.judge.margins import evaluate_with_intervals


def photos_of(lesions: int, right: int, each: int, judged: Callable[..., Judged]) -> list[Judged]:
    """Nevi, ``each`` photos a lesion; the first ``right`` lesions are called so, the others melanoma."""
    return [
        judged("nevus", _called(lesion < right), path=f"{lesion}-{shot}", group=f"{lesion:02}")
        for lesion in range(lesions)
        for shot in range(each)
    ]


def _called(rightly: bool) -> str:
    return "nevus" if rightly else "melanoma"


def keys_of(tree: Any, way: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    if not isinstance(tree, dict):
        return {way}
    return {leaf for key, branch in tree.items() for leaf in keys_of(branch, (*way, key))}


def test_intervals_are_added_and_change_no_figure(
    judged: Callable[..., Judged], classes: tuple[str, ...]
) -> None:
    photos = photos_of(25, 20, 2, judged)
    figures = evaluate_with_intervals(photos, classes)
    spread = figures.pop("intervals")
    assert figures == evaluate(photos, classes)
    assert keys_of(spread) <= keys_of(figures)
    assert json.dumps(spread, allow_nan=False)


def test_accuracy_is_resampled_by_lesion(judged: Callable[..., Judged], classes: tuple[str, ...]) -> None:
    for each in (1, 10):
        spread = evaluate_with_intervals(photos_of(28, 14, each, judged), classes)["intervals"]
        assert spread["accuracy"] == [0.3214, 0.6786]
        assert spread["by_modality"]["dermoscopy"]["accuracy"] == [0.3214, 0.6786]
        assert spread["by_skin_tone"]["unknown"]["balanced_accuracy"] == [0.3214, 0.6786]


def test_under_twenty_lesions_nothing_is_resampled(
    judged: Callable[..., Judged], classes: tuple[str, ...]
) -> None:
    spread = evaluate_with_intervals(photos_of(19, 10, 9, judged), classes)["intervals"]
    assert spread["accuracy"] is None
    assert spread["ece"] is None
    assert spread["flagged"] == {"melanoma": None, "nevi": None}


def test_a_recall_has_wilsons_interval_with_a_trial_a_lesion(
    judged: Callable[..., Judged], classes: tuple[str, ...]
) -> None:
    spread = evaluate_with_intervals(photos_of(10, 8, 5, judged), classes)["intervals"]
    assert spread["per_condition"]["nevus"]["recall"] == [0.4902, 0.9433]
    assert spread["per_condition"]["melanoma"] == {"recall": None, "precision": [0.0, 0.6576]}


def test_strange_skin_and_what_is_no_skin_have_intervals_of_their_own(
    judged: Callable[..., Judged], classes: tuple[str, ...]
) -> None:
    strange = [judged("eczema", "nevus", 0.2 + n / 50, path=f"e{n}") for n in range(20)]
    drawings = [judged("non_skin_graphic", "nevus", inconclusive=n < 8, path=f"d{n}") for n in range(10)]
    figures = evaluate_with_intervals([*photos_of(20, 20, 1, judged), *strange, *drawings], classes)
    low, high = figures["intervals"]["ood"]["auroc"]
    assert low <= figures["ood"]["auroc"] <= high
    assert figures["intervals"]["ood"]["rejected"] == [0.4902, 0.9433]
