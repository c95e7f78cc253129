"""A measured figure, and the sums that figures are made of."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure and what it must not exceed (or, with ``at_least``, reach).

    ``bound`` None is for orientation only. One ``of_the_machine`` says how fast the computer is
    rather than how good the kiosk is: on a busy machine it does not bind.
    """

    name: str
    measured: float
    bound: float | None
    unit: str
    at_least: bool = False
    of_the_machine: bool = False

    @property
    def holds(self) -> bool:
        if self.bound is None:
            return True
        return self.measured >= self.bound if self.at_least else self.measured <= self.bound

    def __str__(self) -> str:
        bound = "for orientation"
        if self.bound is not None:
            bound = f"at {'least' if self.at_least else 'most'} {self.bound:g}"
        lost = "" if self.holds else "   DOES NOT HOLD"
        return f"{self.name:<78} {self.measured:9.2f} {self.unit:<3} ({bound}){lost}"


def p95(spans: list[float]) -> float:
    """The span that one in twenty exceeds."""
    return statistics.quantiles(spans, n=20)[18]


def milliseconds(call: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000
