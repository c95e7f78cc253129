"""Receipts: what the server says that it has, signed with its own key."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device.wire.change import Change
from device.wire.keys import load_or_make_key, public_text
from device.wire.receipt import About, Receipt
from server.clock import Clock
from server.errors import ConfigInvalid
from server.store.case_rows import ServerCase
from server.store.cases import Kept

KEY_FILE = "receipts.pem"


class Receipts:
    """Writes receipts; the same state of a case gives the same bytes."""

    def __init__(self, key: Ed25519PrivateKey, clock: Clock) -> None:
        self._key = key
        self._clock = clock
        self.public_key = public_text(key)

    def for_record(self, kept: Kept) -> Receipt:
        """What is here of a case."""
        case = kept.case
        return self._signed(About.RECORD, case, case.id, kept.sha256)

    def for_change(self, kept: Kept, change: Change) -> Receipt:
        """A change is here; and how the photos stand since."""
        return self._signed(About.CHANGE, kept.case, change.id, kept.sha256)

    def for_erasure(self, kiosk_id: str, case_id: str) -> Receipt:
        """Nothing is here any more."""
        bare = Receipt(about=About.ERASURE, kiosk=kiosk_id, case=case_id, id=case_id, issued_at=self._clock())
        return bare.signed(self._key)

    def _signed(self, about: About, case: ServerCase, own_id: str, sha256: str) -> Receipt:
        bare = Receipt(
            about=about,
            kiosk=case.kiosk_id,
            case=case.id,
            id=own_id,
            sha256=sha256,
            photos=tuple(photo.receipt() for photo in case.photos),
            issued_at=case.changed_at,
        )
        return bare.signed(self._key)


def load_receipts(home: Path, clock: Clock) -> Receipts:
    """With the key in ``home``, made at the first start. Raises ConfigInvalid."""
    try:
        return Receipts(load_or_make_key(home / KEY_FILE), clock)
    except (OSError, ValueError) as error:
        raise ConfigInvalid(f"the server's key cannot be used: {error}") from error
