"""Are the photos on the card still what was written? Looked at newest first, for a few seconds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from device.case import Case
from device.errors import CaseUnknown, StoreDamaged
from device.store import Store

_CASES_AT_ONCE = 100
_MOST_SECONDS = 5.0


@dataclass(frozen=True)
class PhotoCheck:
    """How many photos there was time for, whether these were all, and the ids of the cases whose
    photo is gone or not what was written, newest first.
    """

    photos: int
    is_whole: bool
    damaged: tuple[str, ...]


def check_photos(
    store: Store, seconds: Callable[[], float], most_seconds: float = _MOST_SECONDS
) -> PhotoCheck:
    """Read the photos of the newest cases and compare each with its SHA-256. Raises StoreError."""
    until, photos = seconds() + most_seconds, 0
    damaged: list[str] = []
    for case in _newest_first(store):
        if seconds() >= until:
            return PhotoCheck(photos, False, tuple(damaged))
        photos += len(case.photos)
        if not _is_whole(store, case):
            damaged.append(case.id)
    return PhotoCheck(photos, True, tuple(damaged))


def _newest_first(store: Store) -> Iterator[Case]:
    before = None
    while cases := store.cases.newest_first(_CASES_AT_ONCE, before):
        yield from cases
        before = cases[-1].number


def _is_whole(store: Store, case: Case) -> bool:
    try:
        for photo in case.photos:
            store.photos.read(photo)
    except StoreDamaged:
        return _is_erased(store, case.id)
    return True


def _is_erased(store: Store, case_id: str) -> bool:
    """Whether the case went while it was looked at, its photo with it."""
    try:
        store.cases.get(case_id)
    except CaseUnknown:
        return True
    return False
