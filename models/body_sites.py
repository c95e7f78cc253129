"""Body sites: many words, a few places."""

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


def body_site_of(cell: str) -> str:
    """One of BODY_SITES, or empty where unknown."""
    words = cell.lower().replace("_", " ").replace("/", " ").replace("-", " ").split()
    return _SITE_OF.get(" ".join(words), "")
