"""What is wrong with a photo list: every row's fault, named before anything is learned."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from training.errors import ManifestCsvInvalid

MOST_SHOWN = 20
"""So many are spelled out in a message; all of them are counted."""


class FaultKind(StrEnum):
    """Under which name faults are counted."""

    BROKEN = "broken photo"
    CONDITION = "unknown condition"
    EMPTY = "empty cell"
    LICENCE = "licence"
    MISSING = "missing photo"
    MODALITY = "unknown modality"
    SPLIT = "split"
    TWICE = "listed twice"


@dataclass(frozen=True)
class Fault:
    """One reason why a row cannot be used; ``number`` is the row's in its list (the header
    is row 1), 0 where no row of a list is at fault."""

    number: int
    kind: FaultKind
    reason: str

    def __str__(self) -> str:
        return f"row {self.number}: {self.reason}" if self.number else self.reason


def refuse_faults(faults: Sequence[Fault], source: Path) -> None:
    """Raise ManifestCsvInvalid if there are any: their number, and up to twenty of them by row."""
    if faults:
        listed = sorted(faults, key=lambda fault: fault.number)
        shown = "\n".join(map(str, listed[:MOST_SHOWN]))
        raise ManifestCsvInvalid(f"{source} has {len(faults)} faults, mend or remove the rows:\n{shown}")
