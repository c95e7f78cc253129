"""From scores to what may be said: an estimate, a warning, or that the model declines."""

from dataclasses import dataclass

from models.conditions import Catalogue
from models.manifest import Thresholds
from models.percent import percent


@dataclass(frozen=True)
class Candidate:
    """One condition (its code) and the model's score for it, 0 to 1."""

    condition: str
    score: float


@dataclass(frozen=True)
class Decision:
    """What the scores allow to say.

    ``reason`` is None unless ``inconclusive``. ``look_soon`` is True where the
    malignant conditions together reach the manifest's threshold, whatever
    stands first, inconclusive or not.
    """

    inconclusive: bool
    reason: str | None
    look_soon: bool


def decide(candidates: tuple[Candidate, ...], thresholds: Thresholds, catalogue: Catalogue) -> Decision:
    """Judge candidates that stand best first and whose scores sum to 1."""
    best = candidates[0]
    malignant = sum(c.score for c in candidates if catalogue[c.condition].malignant)
    look_soon = malignant >= thresholds.look_soon_from
    if best.score >= thresholds.inconclusive_below:
        return Decision(False, None, look_soon)
    names = " or ".join(f"{catalogue[c.condition].name} ({percent(c.score)})" for c in candidates[:2])
    return Decision(True, f"Too close to call: {names}, and neither is likely enough.", look_soon)
