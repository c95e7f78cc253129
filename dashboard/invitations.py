"""The one-time links by which people take their case along from the screen."""

import threading

from device.store.phones import Phones

INVITATION_SECONDS = 600.0
_MOST_KEPT = 8


class Invitations:
    """A link for each case that the screen shows, made once and kept in memory alone."""

    def __init__(self, phones: Phones) -> None:
        self._phones = phones
        self._links: dict[str, str] = {}
        self._lock = threading.Lock()

    def link_to(self, case_id: str) -> str | None:
        """The case's link; None once somebody used it. Raises StoreError."""
        with self._lock:
            link = self._links.get(case_id) or self._make(case_id)
        return link if self._phones.holds_link(link) else None

    def _make(self, case_id: str) -> str:
        link = self._phones.invite(case_id, INVITATION_SECONDS)
        self._links[case_id] = link
        while len(self._links) > _MOST_KEPT:
            del self._links[next(iter(self._links))]
        return link
