"""The seam between those who owe opinions and whatever keeps the list of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import sqlalchemy as sa

from server.store.settling import Orders

OPINION = "opinion"
"""The kind of job that asks for one."""

LONGEST_FAULT = 300
"""Letters that are kept of a fault."""

_PAUSES_SECONDS = (10, 40, 160, 640, 2560, 3600)


class JobState(StrEnum):
    """How a job stands; one that is leased is still queued, for its worker may die."""

    QUEUED = "queued"
    PARKED = "parked"


@dataclass(frozen=True)
class Job:
    """A job as one worker holds it; ``attempt`` counts from 1 and with ``worker`` names this one claim."""

    number: int
    case_id: str
    worker: str
    attempt: int


@dataclass(frozen=True)
class Depth:
    """How much there is to do.

    ``waiting`` jobs nobody works on, ``working`` ones somebody does, ``parked`` ones nobody will.
    ``oldest_at`` is since when the oldest of those that could be done now has waited; None where none does.
    """

    waiting: int
    working: int
    parked: int
    oldest_at: datetime | None


class JobQueue(Orders, Protocol):
    """Jobs with leases: urgent ones first, then the oldest. An order makes one, for a case has one at most.

    A job whose worker is not heard of until its lease ends is given to another; what the first one then
    says of it counts no more.
    """

    def claim(self, worker_id: str) -> Job | None:
        """The next job, leased to this worker; None where there is none to do now."""

    def renew(self, job: Job) -> bool:
        """Lease it anew. False where it is no longer this claim's: another has it, or it is gone."""

    def done(self, t: sa.Connection, job: Job) -> None:
        """End it, within the transaction that makes that true; nothing where it is no longer this claim's."""

    def failed(self, job: Job, fault: str, for_good: bool = False) -> None:
        """Try it later; after too many attempts, or ``for_good``, park it and tell its kiosk ``fault``."""

    def waiting(self) -> Depth:
        """How much there is to do."""

    def try_again(self, case_id: str) -> bool:
        """Queue a parked job again, as if it had never failed. False where none is parked."""


def pause_after(attempt: int) -> timedelta:
    """How long a job rests after so many attempts, from 1: each time longer, an hour at most."""
    return timedelta(seconds=_PAUSES_SECONDS[min(attempt, len(_PAUSES_SECONDS)) - 1])
