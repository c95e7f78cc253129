"""Presets: which conditions to learn and how to share the photos out, under one name."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from training.photos.labels import Kind, kind_of
from training.photos.row import Row
from training.photos.split import Shares


@dataclass(frozen=True)
class Preset:
    """``conditions`` are the only ones kept; ``shares`` are of train, calibrate and test."""

    conditions: tuple[str, ...]
    shares: Shares

    def keep(self, rows: Iterable[Row]) -> tuple[Row, ...]:
        """The rows of the preset's conditions, and those that show no skin."""
        return tuple(
            row for row in rows if row.code in self.conditions or kind_of(row.label, ()) is Kind.NOT_SKIN
        )

    def absent(self, rows: Iterable[Row], fewest: int) -> dict[str, int]:
        """The preset's conditions with fewer than ``fewest`` photos, which are not learned, and
        how many photos each has."""
        counts = Counter(row.code for row in rows)
        return {code: counts[code] for code in self.conditions if counts[code] < fewest}


PAPER = Preset(
    conditions=(
        "acne", "eczema", "actinic_keratosis", "melanoma", "basal_cell_carcinoma", "dermatofibroma",
    ),
    shares=(0.68, 0.12, 0.20),
)  # fmt: skip
"""The six conditions of the paper whose kiosk this one follows, and its 80/20, by group. Of the
80, 12 are for calibration: thresholds need photos that nothing was learned from."""

PRESETS: Mapping[str, Preset] = {"paper": PAPER}
"""By the name that the command line knows."""
