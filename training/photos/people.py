"""Age, sex and body site, in one spelling whatever the data set's."""

import math

_OLDEST_YEARS = 120.0
_SEXES = {"male": "male", "m": "male", "female": "female", "f": "female"}
_FITZPATRICK = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6"}

# The words of HAM10000, the ISIC archive, MILK10k, PAD-UFES-20 and their derivatives.
_SITES = {
    "head_neck": (
        "head neck", "head", "head neck face", "face", "neck", "scalp", "ear", "nose", "lip", "forehead",
        "cheek", "eyelid",
    ),
    "trunk": (
        "trunk", "torso", "anterior torso", "posterior torso", "lateral torso", "anterior trunk",
        "posterior trunk", "back", "chest", "abdomen", "buttocks", "shoulder",
    ),
    "upper_extremity": ("upper extremity", "arm", "upper arm", "forearm", "elbow"),
    "lower_extremity": ("lower extremity", "leg", "thigh", "lower leg", "knee", "hip"),
    "hand_foot": ("hand", "foot", "palms soles", "acral", "palm", "sole", "finger", "toe"),
    "oral_genital": ("oral genital", "genital", "oral", "genitalia", "groin"),
}  # fmt: skip
_SITE_OF = {word: site for site, words in _SITES.items() for word in words}

BODY_SITES = tuple(_SITES)
"""What ``body_site_of`` gives besides the empty word."""


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


def body_site_of(cell: str) -> str:
    """One of BODY_SITES, or empty where unknown."""
    words = cell.lower().replace("_", " ").replace("/", " ").replace("-", " ").split()
    return _SITE_OF.get(" ".join(words), "")


def fitzpatrick_of(cell: str) -> str:
    """The skin type ``1`` to ``6``, from a number or its Roman numeral; other words stay as they are."""
    word = cell.strip().removesuffix(".0")
    return _FITZPATRICK.get(word, word)
