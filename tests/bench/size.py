"""A kiosk with 100,000 cases beside one with 100: what its lists and cases take longer, and whether
the many photo files stand in a press's way.
"""

import random
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from figure import Figure, milliseconds
from fresh_kiosk import open_page
from many_cases import fill, write_photos
from press import press_to_event
from running_kiosk import RunningKiosk, running_kiosk

FEW, MANY = 100, 100_000
FIRST_PRESSES = 5
_WARM_UP_ROUNDS = 5


@dataclass(frozen=True)
class _Filled:
    """A running kiosk and the ids of its cases, oldest first."""

    kiosk: RunningKiosk
    ids: list[str]


Question = Callable[[_Filled, random.Random], str]

QUESTIONS: dict[str, Question] = {
    "list page": lambda _, __: "/cases",
    "list page of older cases": lambda filled, _: f"/cases?before={len(filled.ids) // 2}",
    "case page": lambda filled, chance: f"/cases/{chance.choice(filled.ids)}",
    "newest page": lambda _, __: "/",
    "lesion page": lambda filled, chance: f"/cases/{chance.choice(filled.ids)}/history",
    "subjects page": lambda _, __: "/subjects",
    "API list": lambda _, __: "/api/v1/cases",
    "API case": lambda filled, chance: f"/api/v1/cases/{chance.choice(filled.ids)}",
}
"""What is asked of both kiosks, by what it is; case pages are those of any case."""


def figures(short: bool) -> Iterator[Figure]:
    with ExitStack() as stack:
        few, many = _filled(stack, FEW), _filled(stack, MANY, with_files=not short)
        if not short:
            yield _first_presses(many.kiosk)
        _compare(few, many, _WARM_UP_ROUNDS)
        for name, (of_few, of_many) in _compare(few, many, 30 if short else 200).items():
            words = f"{name} with {MANY:,} cases to that with {FEW}, medians"
            yield Figure(words, of_many / of_few, 1.2, "x")
            yield Figure(f"  {name} with {MANY:,} cases, median", of_many, None, "ms")


def _filled(stack: ExitStack, count: int, with_files: bool = False) -> _Filled:
    home = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "home"
    ids = fill(home, count)
    if with_files:
        write_photos(home)
    return _Filled(stack.enter_context(running_kiosk(home)), ids)


def _first_presses(kiosk: RunningKiosk) -> Figure:
    """Once ready, the device process looks through all photo files; a press must not wait for that."""
    with open_page(kiosk) as stream:
        spans = [press_to_event(kiosk, stream)[0] for _ in range(FIRST_PRESSES)]
    words = f"slowest of the first {FIRST_PRESSES} presses with {MANY:,} photos (paper: 1,172)"
    return Figure(words, max(spans), 1172, "ms")


def _compare(few: _Filled, many: _Filled, rounds: int) -> dict[str, tuple[float, float]]:
    """The median milliseconds of each question to both kiosks, asked in turn."""
    chance = random.Random(7)
    spans: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in QUESTIONS}
    for _ in range(rounds):
        for name, question in QUESTIONS.items():
            for filled, into in zip((few, many), spans[name], strict=True):
                into.append(_ask(filled.kiosk, question(filled, chance)))
    return {name: (statistics.median(a), statistics.median(b)) for name, (a, b) in spans.items()}


def _ask(kiosk: RunningKiosk, path: str) -> float:
    statuses = []
    span = milliseconds(lambda: statuses.append(kiosk.ask("GET", path)[0]))
    if statuses != [200]:
        raise SystemExit(f"{path} was answered with {statuses[0]}")
    return span
