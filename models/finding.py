"""The finding: what every page, event, email and screen says about a prediction."""

from dataclasses import asdict, dataclass

from models.conditions import Catalogue, Link, Urgency
from models.decision import Candidate, Decision
from models.percent import percent
from models.strangeness import NONE_OF_THESE

_LOOK_SOON = "A skin cancer cannot be ruled out: have it looked at soon."
_LOOK_SOON_ADVICE = (
    "Show this spot to a doctor or a skin clinic within the next two weeks, even if the estimate names "
    "something harmless: the model also sees what can be a sign of skin cancer."
)
_INCONCLUSIVE_DESCRIPTION = (
    "The model declines to give an estimate for this photo. That does not mean that the skin is healthy."
)
_INCONCLUSIVE_ADVICE = (
    "Take the photo again: closer, in even light, with the spot in the middle and in focus. "
    "If it stays inconclusive, or if you are worried, see a doctor."
)
_INCONCLUSIVE_LINKS: tuple[Link, ...] = (
    Link.model_validate(
        {"title": "NHS: moles", "url": "https://www.nhs.uk/conditions/moles/"},
    ),
    Link.model_validate(
        {
            "title": "American Academy of Dermatology: find a dermatologist",
            "url": "https://find-a-derm.aad.org/",
        },
    ),
)


@dataclass(frozen=True)
class Guidance:
    """What the clinic sets to stand beside every finding.

    ``emergency_contact`` None means that none is configured: the catalogue's stands.
    """

    red_flags: tuple[str, ...]
    emergency_contact: str | None = None


@dataclass(frozen=True)
class Finding:
    """A sentence, how urgent it is, and what to read and do; never a diagnosis."""

    text: str
    urgency: str
    description: str
    advice: str
    links: tuple[dict[str, str], ...]
    red_flags: tuple[str, ...]
    emergency_contact: str
    disclaimer: str

    def as_json(self) -> dict[str, object]:
        """The object under ``finding`` in the API."""
        return asdict(self)


def compose(
    candidates: tuple[Candidate, ...], decision: Decision, catalogue: Catalogue, guidance: Guidance
) -> Finding:
    """Put a decision about candidates (best first) into words."""
    best = _best(candidates)
    condition = catalogue[best.condition]
    if decision.inconclusive:
        text, links = f"Inconclusive. {decision.reason}", _INCONCLUSIVE_LINKS
        description, advice = _INCONCLUSIVE_DESCRIPTION, _INCONCLUSIVE_ADVICE
    else:
        text, links = f"Most likely: {condition.name} ({percent(best.score)}).", condition.links
        description, advice = condition.description, condition.advice
    urgency = urgency_of(candidates, decision, catalogue)
    if urgency is not _urgency_alone(best, decision, catalogue):
        text = f"{text} {_LOOK_SOON}"
        advice = f"{_LOOK_SOON_ADVICE} {advice}" if decision.inconclusive else _LOOK_SOON_ADVICE
    return Finding(
        text=text,
        urgency=urgency.value,
        description=description,
        advice=advice,
        links=tuple(link.as_json() for link in links),
        red_flags=guidance.red_flags,
        emergency_contact=guidance.emergency_contact or catalogue.emergency_contact,
        disclaimer=catalogue.disclaimer,
    )


def urgency_of(candidates: tuple[Candidate, ...], decision: Decision, catalogue: Catalogue) -> Urgency:
    """How soon the spot wants looking at: as the estimate says, and soon where the decision does."""
    alone = _urgency_alone(_best(candidates), decision, catalogue)
    if decision.look_soon and alone is not Urgency.EMERGENCY:
        return Urgency.SOON
    return alone


def _urgency_alone(best: Candidate, decision: Decision, catalogue: Catalogue) -> Urgency:
    return Urgency.ROUTINE if decision.inconclusive else catalogue[best.condition].urgency


def _best(candidates: tuple[Candidate, ...]) -> Candidate:
    """The condition that stands first."""
    return next(candidate for candidate in candidates if candidate.condition != NONE_OF_THESE)
