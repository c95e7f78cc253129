"""From scores to what may be said: an estimate, a warning, or that the model declines."""

from dataclasses import dataclass

from models.conditions import Catalogue
from models.manifest import Thresholds
from models.percent import percent
from models.strangeness import NONE_OF_THESE


@dataclass(frozen=True)
class Candidate:
    """One condition (its code), or "none of these", and the model's score for it, 0 to 1."""

    condition: str
    score: float


@dataclass(frozen=True)
class Decision:
    """What the scores allow to say.

    ``reason`` is None unless ``inconclusive``. ``look_soon`` is True where the
    malignant conditions together reach the manifest's threshold, or where the reason
    names one of them, whatever stands first, inconclusive or not.
    """

    inconclusive: bool
    reason: str | None
    look_soon: bool


def decide(candidates: tuple[Candidate, ...], thresholds: Thresholds, catalogue: Catalogue) -> Decision:
    """Judge candidates that stand best first and whose scores sum to 1."""
    conditions = [c for c in candidates if c.condition != NONE_OF_THESE]
    none = sum(c.score for c in candidates if c.condition == NONE_OF_THESE)
    malignant = sum(c.score for c in conditions if catalogue[c.condition].malignant)
    look_soon = malignant >= thresholds.look_soon_from
    if none >= thresholds.none_from or none > conditions[0].score:
        return Decision(True, f"Unlike anything that the model has learned ({percent(none)}).", look_soon)
    if conditions[0].score >= thresholds.inconclusive_below:
        return Decision(False, None, look_soon)
    named = conditions[:2]
    names = " or ".join(f"{catalogue[c.condition].name} ({percent(c.score)})" for c in named)
    names_malignant = any(catalogue[c.condition].malignant for c in named)
    return Decision(
        True, f"Too close to call: {names}, and neither is likely enough.", look_soon or names_malignant
    )
