"""Listed photos through the classifier that ships: one judged photo each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from models.classifier import Classifier
from models.conditions import Urgency
from models.errors import PhotoError
from training.errors import ManifestCsvInvalid
from training.photos.manifest_csv import Row


@dataclass(frozen=True)
class Judged:
    """What the classifier made of one row.

    ``scores`` holds every condition of the model, best first. ``flagged`` is True
    where a person would be told to have the spot looked at soon.
    """

    row: Row
    scores: dict[str, float]
    inconclusive: bool
    flagged: bool

    @property
    def top(self) -> str:
        """The condition that stands first, declined or not."""
        return next(iter(self.scores))

    @property
    def top_score(self) -> float:
        """Its score, 0 to 1."""
        return next(iter(self.scores.values()))


def judge_rows(
    classifier: Classifier, rows: Iterable[Row], images: Path, advance: Callable[[], None]
) -> list[Judged]:
    """Judge each row's photo, whose path is relative to ``images``.

    ``advance`` is called once a photo. Raises ManifestCsvInvalid, which names the
    photo that does not decode.
    """
    judged = []
    for row in rows:
        judged.append(_judge(classifier, row, images))
        advance()
    return judged


def _judge(classifier: Classifier, row: Row, images: Path) -> Judged:
    try:
        image = classifier.decode((images / row.path).read_bytes())
    except (PhotoError, OSError) as error:
        raise ManifestCsvInvalid(f"{row.path} is in the list and cannot be judged: {error}") from error
    prediction = classifier.classify(image)
    decision = prediction.decision
    urgency = classifier.catalogue[prediction.candidates[0].condition].urgency
    urgent = not decision.inconclusive and urgency in (Urgency.EMERGENCY, Urgency.SOON)
    return Judged(
        row=row,
        scores={candidate.condition: candidate.score for candidate in prediction.candidates},
        inconclusive=decision.inconclusive,
        flagged=decision.look_soon or urgent,
    )
