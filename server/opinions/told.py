"""From the words of a record to what a model is told beside the photo."""

import re
from typing import Any

from models.body_sites import body_site_of
from models.context import Told

_BAND = re.compile(r"^(\d{1,3})-(\d{1,3})$")
_OPEN_BAND = re.compile(r"^(\d{1,3})\+$")
_OPEN_BAND_YEARS = 10
"""The last band, "80+", counts as if it were as wide as that."""


def told_of(record: dict[str, Any]) -> Told:
    """What the record tells; nothing in place of words that this program does not know."""
    site = body_site_of(str(record.get("body_site") or ""))
    return Told(_age_years(str(record.get("age_band") or "")), site or None)


def _age_years(band: str) -> float | None:
    """The middle of an age band of the kiosk's forms, as "40-59"; None for any other word."""
    if found := _BAND.match(band):
        youngest, oldest = int(found[1]), int(found[2])
        return (youngest + oldest + 1) / 2
    if found := _OPEN_BAND.match(band):
        return int(found[1]) + _OPEN_BAND_YEARS / 2
    return None
