"""Listed photos through the classifier that ships: one judged photo each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from models.classifier import Classifier
from models.errors import PhotoError
from models.finding import urgency_of
from models.strangeness import NONE_OF_THESE
from training.errors import ManifestCsvInvalid
from training.photos.row import Row, told_of
from training.photos.sources import Photos, opened


@dataclass(frozen=True)
class Judged:
    """What the classifier made of one row.

    ``scores`` holds every candidate of the model, best first, summing to 1; one of them
    may be NONE_OF_THESE, which is no condition. ``flagged`` is True where a person would
    be told to have the spot looked at soon. ``malignant`` is the total score of the
    malignant conditions, 0 to 1.
    """

    row: Row
    scores: dict[str, float]
    inconclusive: bool
    flagged: bool
    malignant: float

    @property
    def top(self) -> str:
        """The condition that stands first, declined or not."""
        return next(code for code in self.scores if code != NONE_OF_THESE)

    @property
    def top_score(self) -> float:
        """Its score, 0 to 1."""
        return self.scores[self.top]

    @property
    def right(self) -> bool:
        """Whether it is the true one."""
        return self.top == self.row.code

    @property
    def strangeness(self) -> float:
        """The score of NONE_OF_THESE, 0 to 1; in a model without it, what the first condition lacks to 1."""
        return self.scores.get(NONE_OF_THESE, 1 - self.top_score)


def judge_rows(
    classifier: Classifier, rows: Iterable[Row], images: Path, advance: Callable[[], None]
) -> list[Judged]:
    """Judge each row's photo, whose path is relative to the folder or zip ``images``.

    ``advance`` is called once a photo. Raises ManifestCsvInvalid, which names the
    photo that does not decode.
    """
    judged = []
    with opened(images) as photos:
        for row in rows:
            judged.append(_judge(classifier, row, photos))
            advance()
    return judged


def _judge(classifier: Classifier, row: Row, photos: Photos) -> Judged:
    try:
        image = classifier.decode(photos.read(row.path))
    except PhotoError as error:
        raise ManifestCsvInvalid(f"{row.path} is in the list and cannot be judged: {error}") from error
    prediction = classifier.classify(image, told=told_of(row))
    conditions = [c for c in prediction.candidates if c.condition != NONE_OF_THESE]
    urgency = urgency_of(prediction.candidates, prediction.decision, classifier.catalogue)
    return Judged(
        row=row,
        scores={candidate.condition: candidate.score for candidate in prediction.candidates},
        inconclusive=prediction.decision.inconclusive,
        flagged=urgency.is_pressing,
        malignant=sum(c.score for c in conditions if classifier.catalogue[c.condition].malignant),
    )
