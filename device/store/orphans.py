"""Orphans: photo files that no case names, left by a power cut between photo and row."""

from collections.abc import Callable, Sequence
from itertools import islice

from device.store.photos import PhotoFolder

_FILES_AT_ONCE = 500


class Orphans:
    """A file that two looks in a row found without a case is an orphan.

    Looks are minutes apart, and a photo gets its row within seconds; files' own times
    would be the wall clock's, which may jump while a photo is being written.
    """

    def __init__(self, photos: PhotoFolder) -> None:
        self._photos = photos
        self._seen: frozenset[str] = frozenset()

    def look(self, named: Callable[[Sequence[str]], set[str]]) -> tuple[str, ...]:
        """The files to remove; ``named`` says which of some files a case names."""
        nameless: set[str] = set()
        files = self._photos.files()
        while some := tuple(islice(files, _FILES_AT_ONCE)):
            nameless.update(set(some) - named(some))
        orphans = nameless & self._seen
        self._seen = frozenset(nameless)
        return tuple(sorted(orphans))
