"""The case: one lesion at one time, with its photos, prediction, consent and what was written about it."""

import secrets
import time
import uuid
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from device.amendment import Amendment, Kind
from device.entry import Sync
from device.face import FaceCheck
from models.conditions import Urgency


class State(StrEnum):
    """Where a case stands: asked, captured, then one of the three ends."""

    ASKED = "asked"
    CAPTURED = "captured"
    CLASSIFIED = "classified"
    RETAKE = "retake"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Whether the device process is done with the case."""
        return self in (State.CLASSIFIED, State.RETAKE, State.FAILED)


class Origin(StrEnum):
    """Who asked for the photo: the kiosk's button, a press on a phone, or a phone's own photo."""

    BUTTON = "button"
    PHONE = "phone"
    UPLOAD = "upload"


class Role(StrEnum):
    """What a paired phone may see: everything; one subject's (or one case's) own; or, as the
    kiosk's own screen, how the kiosk is and for a moment the finding of the last press.
    """

    STAFF = "staff"
    SUBJECT = "subject"
    SCREEN = "screen"


@dataclass(frozen=True)
class CaseDetails:
    """What a person may say about a case; None means not said.

    ``subject`` is a pseudonym, never a name. ``retake_of`` is the id of the case
    that this one repeats.
    """

    subject: str | None = None
    lesion: str | None = None
    body_site: str | None = None
    age_band: str | None = None
    sex: str | None = None
    retake_of: str | None = None

    @property
    def is_minor(self) -> bool:
        """Whether a guardian must consent; a case without an age band counts as an adult's."""
        return self.age_band in MINOR_BANDS


MINOR_BANDS = ("0-11", "12-17")
"""Age bands of those for whom a guardian consents."""

NOT_SAID = CaseDetails()


@dataclass(frozen=True)
class Photo:
    """A photo as kept: ``file`` is relative to the photo folder, ``number`` counts from 0.

    ``width_pixels`` and ``height_pixels`` are as stored, before EXIF orientation.
    """

    number: int
    file: str
    sha256: str
    content_type: str
    width_pixels: int
    height_pixels: int
    size_bytes: int


SCOPES = ("analyse", "review", "train")
"""What may be consented to, each for itself."""


@dataclass(frozen=True)
class Consent:
    """Three separately revocable scopes; nothing leaves the kiosk by default.

    ``guardian`` says that a guardian gave them, which a minor's case needs.
    """

    analyse: bool = False
    review: bool = False
    train: bool = False
    guardian: bool = False

    @property
    def any(self) -> bool:
        """Whether anything may leave the kiosk."""
        return self.analyse or self.review or self.train

    @property
    def keeps_photo(self) -> bool:
        """Whether the server may keep the photo once it gave its opinion."""
        return self.review or self.train


@dataclass(frozen=True)
class Case:
    """One lesion at one time.

    ``number`` is the store's order (never the wall clock's). ``captured_at`` is
    aware UTC or None before a photo exists; ``time_trusted`` says whether the
    clock was. ``prediction`` is the object of ``kiosk classify`` or None;
    ``reason`` says why a case is in ``retake`` or ``failed``. ``amendments`` are all
    that were written, oldest first. ``sync`` is None for a case that the server was never owed;
    ``opinion`` is the server's newest, an object like ``prediction``, or None.
    """

    number: int
    id: str
    state: State
    origin: Origin
    details: CaseDetails
    photos: tuple[Photo, ...] = ()
    prediction: dict[str, Any] | None = None
    reason: str | None = None
    captured_at: datetime | None = None
    time_trusted: bool = False
    consent: Consent = field(default_factory=Consent)
    amendments: tuple[Amendment, ...] = ()
    sync: Sync | None = None
    opinion: dict[str, Any] | None = None
    face: FaceCheck | None = None

    @property
    def is_pressing(self) -> bool:
        """Whether the person is told to be seen soon, or at once."""
        return self.prediction is not None and Urgency(self.prediction["finding"]["urgency"]).is_pressing

    @property
    def opinion_disagrees(self) -> bool:
        """Whether the server's opinion has another urgency than the kiosk's estimate."""
        if self.opinion is None or self.prediction is None:
            return False
        return bool(self.opinion["finding"]["urgency"] != self.prediction["finding"]["urgency"])

    @property
    def notes(self) -> tuple[Amendment, ...]:
        """The notes that hold: each in its latest version, none that was withdrawn, oldest first."""
        replaced = {amendment.replaces for amendment in self.amendments}
        return tuple(
            note
            for note in self.amendments
            if note.kind is Kind.NOTE and note.id not in replaced and not note.is_withdrawn
        )

    @property
    def diagnosis(self) -> Amendment | None:
        """The clinician's diagnosis that holds; None where there is none, or it was withdrawn."""
        latest = self.latest(Kind.DIAGNOSIS)
        return None if latest is None or latest.is_withdrawn else latest

    def latest(self, kind: Kind) -> Amendment | None:
        """The newest amendment of a kind, which the next one replaces; None where there is none."""
        return next((a for a in reversed(self.amendments) if a.kind is kind), None)

    def as_of(self, state: State) -> "Case":
        """This case as it was when it entered ``state``, before anything later."""
        if state == self.state:
            return self
        earlier = replace(self, state=state, prediction=None, reason=None, sync=None, opinion=None, face=None)
        return earlier if state != State.ASKED else replace(earlier, photos=(), captured_at=None)

    def as_json(self) -> dict[str, Any]:
        """The case as the web API gives it (CONTRACT: a case)."""
        return {
            "id": self.id,
            "subject": self.details.subject,
            "lesion": self.details.lesion,
            "body_site": self.details.body_site,
            "age_band": self.details.age_band,
            "sex": self.details.sex,
            "retake_of": self.details.retake_of,
            "origin": self.origin.value,
            "photos": [self._photo_json(photo) for photo in self.photos],
            "sync": asdict(self.sync) if self.sync else None,
            "face": self.face.as_json() if self.face else None,
            "state": self.state.value,
            "reason": self.reason,
            "captured_at": self.captured_at.isoformat() if self.captured_at else None,
            "captured_at_trusted": self.time_trusted,
            "prediction": self.prediction,
            "opinion": self.opinion,
            "opinion_disagrees": self.opinion_disagrees,
            "recommendations": [],
            "consent": {scope: getattr(self.consent, scope) for scope in SCOPES},
            "consent_by_guardian": self.consent.guardian,
            "notes": [note.as_json() for note in self.notes],
            "diagnosis": self.diagnosis.as_json() if self.diagnosis else None,
            "latest_amendments": {
                kind.value: self._latest_id(kind) for kind in Kind if kind is not Kind.NOTE
            },
        }

    def _latest_id(self, kind: Kind) -> str | None:
        latest = self.latest(kind)
        return latest.id if latest else None

    def _photo_json(self, photo: Photo) -> dict[str, Any]:
        return {
            "url": f"/api/v1/cases/{self.id}/photos/{photo.number}",
            "sha256": photo.sha256,
            "content_type": photo.content_type,
            "width_pixels": photo.width_pixels,
            "height_pixels": photo.height_pixels,
        }


@dataclass(frozen=True)
class Scope:
    """Which cases somebody may see; with both fields None, all of them."""

    subject: str | None = None
    case_id: str | None = None

    def admits(self, case: Case) -> bool:
        """Whether the case is within this scope."""
        if self.subject is not None:
            return case.details.subject == self.subject
        return self.case_id is None or case.id == self.case_id

    def shown(self, case: Case) -> Case:
        """The case as it is shown within this scope: clinicians' notes are for staff alone."""
        if self == EVERYTHING:
            return case
        return replace(case, amendments=tuple(a for a in case.amendments if a.kind is not Kind.NOTE))


EVERYTHING = Scope()


def new_case_id() -> str:
    """A UUIDv7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    return str(uuid.UUID(int=value | 0b10 << 62 | secrets.randbits(62)))


def utc(text: str) -> datetime:
    """An aware UTC time from the store's ISO 8601 text."""
    return datetime.fromisoformat(text).astimezone(UTC)
