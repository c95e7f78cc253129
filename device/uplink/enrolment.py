"""Enrolment: which server this kiosk belongs to, and what it needs to speak with it.

It lives in ``HOME/server.json``, readable by the kiosk's group alone, for it holds the token; the kiosk's own
key lies beside it.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from device.durable import write_durably
from device.errors import StoreError

ENROLMENT_FILE = "server.json"
_GROUP_MODE = 0o660


@dataclass(frozen=True)
class Enrolment:
    """``receipt_key`` is the server's Ed25519 key in base64; ``certificate`` the path of a pinned PEM.

    ``kiosk`` is the id that the server gave this kiosk; ``certificate`` None trusts the system's CAs.
    """

    url: str
    server: str
    kiosk: str
    token: str
    receipt_key: str
    certificate: str | None = None


def load_enrolment(home: Path) -> Enrolment | None:
    """What was kept; None where the kiosk is not enrolled. Raises StoreError."""
    try:
        return Enrolment(**json.loads((home / ENROLMENT_FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(f"{home / ENROLMENT_FILE} cannot be used, enrol again: {error}") from error


def save_enrolment(home: Path, enrolment: Enrolment) -> None:
    """The token is never readable by others, not even for a moment. Raises StoreError."""
    content = json.dumps(asdict(enrolment), indent=2).encode()
    try:
        write_durably(home / ENROLMENT_FILE, content, _GROUP_MODE)
    except OSError as error:
        raise StoreError(f"the enrolment cannot be kept ({error.strerror}): check the card") from error
