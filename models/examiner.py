"""The examiner: a photo or a live picture in, everything that may be said of it out."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from models.classifier import Classifier, Prediction
from models.context import NOTHING_TOLD, Told
from models.decision import Decision
from models.decode import Image
from models.finding import Finding, Guidance, compose
from models.quality import Quality, judge


@dataclass(frozen=True)
class Examination:
    """One photo's quality, prediction and finding, and the pixels that were examined. Where
    ``quality.ok`` is False the decision is inconclusive and its reason is the quality's.
    """

    image: Image
    quality: Quality
    prediction: Prediction
    decision: Decision
    finding: Finding

    def as_json(self) -> dict[str, Any]:
        """The object of ``kiosk classify`` and of a case's ``prediction`` (CONTRACT)."""
        return {
            "quality": self.quality.as_json(),
            "finding": self.finding.as_json(),
            "inconclusive": self.decision.inconclusive,
            "reason": self.decision.reason,
            "candidates": [asdict(candidate) for candidate in self.prediction.candidates],
            "model": asdict(self.prediction.model),
            "milliseconds": self.prediction.milliseconds,
        }


class Examiner:
    """A classifier with a clinic's guidance; for one thread at a time.

    ``guidance`` is asked anew for each finding, so what the clinic changes holds from the next one on.
    """

    def __init__(self, classifier: Classifier, guidance: Callable[[], Guidance]) -> None:
        self.classifier = classifier
        self._guidance = guidance

    def examine(self, photo: bytes, told: Told = NOTHING_TOLD) -> Examination:
        """Examine a JPEG or PNG; ``told`` counts where the model asks for it. Raises PhotoError."""
        started = time.perf_counter()
        image = self.classifier.decode(photo)
        return self.examine_image(image, (time.perf_counter() - started) * 1000, told)

    def examine_image(
        self, image: Image, decode_milliseconds: float = 0.0, told: Told = NOTHING_TOLD
    ) -> Examination:
        """Examine an RGB uint8 image ``(height, width, 3)``."""
        quality = judge(image)
        prediction = self.classifier.classify(image, decode_milliseconds, told)
        decision = prediction.decision
        if not quality.ok:
            decision = Decision(True, f"Photo unusable. {quality.reasons[0]}", decision.look_soon)
        catalogue = self.classifier.catalogue
        finding = compose(prediction.candidates, decision, catalogue, self._guidance())
        return Examination(image, quality, prediction, decision, finding)
