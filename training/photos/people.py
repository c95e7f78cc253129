"""Age, sex and skin type, in one spelling whatever the data set's."""

import math

_OLDEST_YEARS = 120.0
_SEXES = {"male": "male", "m": "male", "female": "female", "f": "female"}
_FITZPATRICK = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6"}


def age_of(cell: str) -> float | None:
    """Age in years, 0 to 120; None where the cell holds no such number."""
    try:
        years = float(cell)
    except ValueError:
        return None
    return years if math.isfinite(years) and 0 <= years <= _OLDEST_YEARS else None


def sex_of(cell: str) -> str:
    """``male``, ``female``, or empty where unknown."""
    return _SEXES.get(cell.strip().lower(), "")


def fitzpatrick_of(cell: str) -> str:
    """The skin type ``1`` to ``6``, from a number or its Roman numeral; other words stay as they are."""
    word = cell.strip().removesuffix(".0")
    return _FITZPATRICK.get(word, word)
