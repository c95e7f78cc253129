"""Paired phones: who they are, what they hold, and the window in which they pair.

Tokens are 256 random bits; the store keeps only their SHA-256. Spans are counted
in seconds since the boot, so a jumping wall clock neither opens nor closes anything.
"""

import hashlib
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from device.case import EVERYTHING, Role, Scope
from device.clock import Clock
from device.errors import KioskError, PhoneRevoked
from device.store.database import Database

WINDOW_SECONDS = 120.0
LINK_SECONDS = 24 * 3600.0

_COLUMNS = ("id", "role", "name", "subject", "case_id", "added_at", "paired", "revoked")
_NOTHING = Scope(case_id="")  # no case has this id
_INVITED = "by the screen's code"


@dataclass(frozen=True)
class Phone:
    """A phone (or a script) that may see the kiosk; ``paired`` once its link was used.

    A ``subject`` phone sees ``subject``'s cases, or, where that is None, ``case_id`` alone.
    """

    id: str
    role: Role
    name: str
    subject: str | None
    case_id: str | None
    added_at: str
    paired: bool
    revoked: bool

    @property
    def shown_name(self) -> str:
        """What it was called, else its id in words."""
        return self.name or f"phone {self.id}"

    @property
    def scope(self) -> Scope:
        """The cases that this phone may see; none for the screen, or once it is revoked."""
        if self.revoked or self.role is Role.SCREEN:
            return _NOTHING
        return EVERYTHING if self.role is Role.STAFF else Scope(self.subject, self.case_id)


@dataclass(frozen=True)
class NewPhone:
    """A phone just added: its bearer token and its one-time link token, shown once."""

    phone: Phone
    token: str
    link: str


class Phones:
    """The phones of one kiosk."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(
        self, role: Role, name: str = "", subject: str | None = None, case_id: str | None = None
    ) -> NewPhone:
        """Add a phone.

        Raises KioskError where a subject's phone has neither subject nor case, another
        has one, or one that is named is blank.
        """
        _require_scope(role, subject, case_id)
        with self._database.transaction() as t:
            phone = self._insert(t, role, name, subject, case_id)
            token = _insert_key(t, phone.id, "token")
            link = _insert_key(t, phone.id, "link", self._until(LINK_SECONDS))
        return NewPhone(phone, token, link)

    def invite(self, case_id: str, seconds: float) -> str:
        """A one-time link to one case for whoever stands at the kiosk; it holds for ``seconds``.

        Earlier ones that nobody used in time are forgotten.
        """
        with self._database.transaction() as t:
            self._forget_unused_invitations(t)
            phone = self._insert(t, Role.SUBJECT, _INVITED, None, case_id)
            return _insert_key(t, phone.id, "link", self._until(seconds))

    def holds_link(self, link: str) -> bool:
        """Whether a one-time link could be used now."""
        return self.of_link(link) is not None

    def of_link(self, link: str) -> Phone | None:
        """The phone that a one-time link would pair now, without using it; None where it does not hold."""
        with self._database.read() as r:
            row = r.execute(
                "SELECT phones.*, phone_keys.boot_id, until_boot_seconds FROM phone_keys "
                "JOIN phones ON phones.id = phone_id WHERE sha256 = ? AND kind = 'link'",
                (_hash(link),),
            ).fetchone()
        return _phone(row) if row is not None and self._holds(row) else None

    def by_secret(self, secret: str) -> Phone | None:
        """The phone that holds this bearer token or session; None where none does, or it is revoked."""
        with self._database.read() as r:
            row = r.execute(
                "SELECT phones.* FROM phone_keys JOIN phones ON phones.id = phone_id "
                "WHERE sha256 = ? AND kind IN ('token', 'session') AND revoked = 0",
                (_hash(secret),),
            ).fetchone()
        return _phone(row) if row else None

    def redeem(self, link: str) -> str | None:
        """Use a one-time link: a new session for its phone, or None where it does not (or no longer) hold."""
        with self._database.transaction() as t:
            row = t.execute(
                "DELETE FROM phone_keys WHERE sha256 = ? AND kind = 'link' RETURNING *", (_hash(link),)
            ).fetchone()
            if row is None or not self._holds(row):
                return None
            return _pair(t, row["phone_id"])

    def open_window(self) -> None:
        """Let whoever opens the address pair for the next 120 s."""
        with self._database.transaction() as t:
            t.execute(
                "INSERT OR REPLACE INTO pairing_window (only, boot_id, until_boot_seconds) VALUES (1, ?, ?)",
                self._until(WINDOW_SECONDS),
            )

    def window_seconds_left(self) -> float:
        """How long the pairing window stays open; 0 where it is closed."""
        with self._database.read() as r:
            row = r.execute("SELECT * FROM pairing_window").fetchone()
        if row is None or not self._holds(row):
            return 0.0
        return float(row["until_boot_seconds"]) - self._clock.seconds()

    def pair_through_window(self, name: str) -> str | None:
        """A session for a new staff phone while the window is open, else None."""
        if not self.window_seconds_left():
            return None
        with self._database.transaction() as t:
            return _pair(t, self._insert(t, Role.STAFF, name, None, None).id)

    def all(self) -> tuple[Phone, ...]:
        """Every phone ever added, oldest first, revoked ones included."""
        with self._database.read() as r:
            return tuple(_phone(row) for row in r.execute("SELECT * FROM phones ORDER BY rowid"))

    def revoke(self, phone_id: str) -> bool:
        """End a phone's access at once and forget whose it was; False where there is no such phone."""
        with self._database.transaction() as t:
            found = t.execute(
                "UPDATE phones SET revoked = 1, subject = NULL, case_id = NULL WHERE id = ?", (phone_id,)
            ).rowcount
            t.execute("DELETE FROM phone_keys WHERE phone_id = ?", (phone_id,))
        self._database.forget_deleted()
        return bool(found)

    def _forget_unused_invitations(self, t: sqlite3.Connection) -> None:
        rows = t.execute(
            "SELECT phones.id, boot_id, until_boot_seconds FROM phones "
            "LEFT JOIN phone_keys ON phone_id = phones.id "  # a link that came too late took its key along
            "WHERE name = ? AND role = 'subject' AND paired = 0 "
            "AND NOT EXISTS (SELECT 1 FROM phone_keys WHERE phone_id = phones.id AND kind != 'link')",
            (_INVITED,),
        ).fetchall()
        old = [(row["id"],) for row in rows if not self._holds(row)]
        t.executemany("DELETE FROM phones WHERE id = ?", old)

    def _insert(
        self, t: sqlite3.Connection, role: Role, name: str, subject: str | None, case_id: str | None
    ) -> Phone:
        added_at = self._clock.moment().wall_at.isoformat()
        phone = Phone(secrets.token_hex(4), role, name, subject, case_id, added_at, False, False)
        t.execute(
            "INSERT INTO phones (id, role, name, subject, case_id, added_at) VALUES (?, ?, ?, ?, ?, ?)",
            (phone.id, role, name, subject, case_id, added_at),
        )
        return phone

    def _until(self, seconds: float) -> tuple[str, float]:
        return self._clock.moment().boot_id, self._clock.seconds() + seconds

    def _holds(self, row: sqlite3.Row) -> bool:
        same_boot = row["boot_id"] == self._clock.moment().boot_id
        return bool(same_boot and row["until_boot_seconds"] > self._clock.seconds())


def require_access(connection: sqlite3.Connection, phone_id: str | None) -> None:
    """Raise PhoneRevoked where this phone has no access (any more); None is the kiosk itself.

    Asked in the transaction that writes: a phone revoked while it was sending writes nothing.
    """
    if phone_id is None:
        return
    row = connection.execute("SELECT revoked FROM phones WHERE id = ?", (phone_id,)).fetchone()
    if row is None or row["revoked"]:
        raise PhoneRevoked("this phone lost its access meanwhile: nothing was kept")


def _require_scope(role: Role, subject: str | None, case_id: str | None) -> None:
    named = [name for name in (subject, case_id) if name is not None]
    if role is Role.STAFF and named:
        raise KioskError("a staff phone sees every case: name no subject and no case for it")
    if role is Role.SCREEN and named:
        raise KioskError("the kiosk's screen shows the last press: name no subject and no case for it")
    if role is Role.SUBJECT and not named:
        raise KioskError("a subject's phone needs a subject or a case: name one of them")
    if not all(name.strip() for name in named):
        raise KioskError("a blank subject or case is nobody's: name the phone's own")


def _insert_key(
    t: sqlite3.Connection, phone_id: str, kind: str, until: Sequence[object] = (None, None)
) -> str:
    secret = secrets.token_urlsafe(32)
    t.execute(
        "INSERT INTO phone_keys (sha256, phone_id, kind, boot_id, until_boot_seconds) VALUES (?, ?, ?, ?, ?)",
        (_hash(secret), phone_id, kind, *until),
    )
    return secret


def _pair(t: sqlite3.Connection, phone_id: str) -> str:
    t.execute("UPDATE phones SET paired = 1 WHERE id = ?", (phone_id,))
    return _insert_key(t, phone_id, "session")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _phone(row: sqlite3.Row) -> Phone:
    columns = {name: row[name] for name in _COLUMNS}
    role, paired, revoked = (columns.pop(name) for name in ("role", "paired", "revoked"))
    return Phone(role=Role(role), paired=bool(paired), revoked=bool(revoked), **columns)
