"""Kiosks at the server: added by an admin, enrolled once with a code, known by a token from then on."""

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from server.clock import Clock
from server.errors import NotAllowed, Refused
from server.store.database import Database
from server.store.tables import kiosks

CODE_HOLDS = timedelta(days=7)
_CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_LENGTH = 16
_TOKEN_BYTES = 32
_LONGEST_NAME = 200
_SEEN_EVERY = timedelta(seconds=30)


@dataclass(frozen=True)
class Kiosk:
    """One kiosk; ``public_key`` is None for a foreign client that came with a token alone."""

    id: str
    name: str
    public_key: str | None
    added_at: datetime
    enrolled_at: datetime | None
    revoked_at: datetime | None
    seen_at: datetime | None


class Kiosks:
    """All of them; codes and tokens are kept as digests alone."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, name: str) -> str:
        """A new kiosk's one-time code, which holds for ``CODE_HOLDS``.

        Raises Refused for a name in use, or one that cannot be read.
        """
        if not (0 < len(name) <= _LONGEST_NAME and name.isprintable()):
            raise Refused(f"a kiosk's name has 1 to {_LONGEST_NAME} letters that can be seen")
        code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
        now = self._clock()
        row = {"id": str(uuid.uuid4()), "name": name, "added_at": now}
        try:
            with self._database.transaction() as t:
                t.execute(
                    kiosks.insert().values(**row, code_sha256=_digest(code), code_until=now + CODE_HOLDS)
                )
        except sa.exc.IntegrityError as error:
            raise Refused(f"there is a kiosk named {name}: choose another name") from error
        return code

    def enrol(self, code: str, public_key: str | None) -> tuple[Kiosk, str]:
        """Use a code up: the kiosk and its token. Raises NotAllowed for a code that is none, or was used."""
        token, now = secrets.token_urlsafe(_TOKEN_BYTES), self._clock()
        with self._database.transaction() as t:
            used = t.execute(
                kiosks.update()
                .where(kiosks.c.code_sha256 == _digest(code), kiosks.c.code_until > now)
                .where(kiosks.c.revoked_at.is_(None))
                .values(
                    code_sha256=None,
                    code_until=None,
                    token_sha256=_digest(token),
                    public_key=public_key,
                    enrolled_at=now,
                )
            )
            if used.rowcount != 1:
                raise NotAllowed("this code is unknown, was used, or is too old: ask for a new one")
            row = t.execute(sa.select(kiosks).where(kiosks.c.token_sha256 == _digest(token))).one()
        return _kiosk(row), token

    def by_token(self, token: str) -> Kiosk:
        """Whose token this is. Raises NotAllowed."""
        wanted = _digest(token)
        with self._database.read() as r:
            row = r.execute(sa.select(kiosks).where(kiosks.c.token_sha256 == wanted)).one_or_none()
        # The look-up is by a digest of the token; comparing once more takes the same time however it ends.
        if row is None or not hmac.compare_digest(row.token_sha256, wanted) or row.revoked_at:
            raise NotAllowed("this token is unknown or was revoked: enrol again")
        return _kiosk(row)

    def seen(self, kiosk: Kiosk) -> None:
        """Note that it called, at most twice a minute."""
        now = self._clock()
        if kiosk.seen_at is None or now - kiosk.seen_at > _SEEN_EVERY:
            with self._database.transaction() as t:
                t.execute(kiosks.update().where(kiosks.c.id == kiosk.id).values(seen_at=now))

    def revoke(self, name: str) -> None:
        """Its token and its code hold no more. Raises Refused where there is none of that name."""
        with self._database.transaction() as t:
            ended = t.execute(
                kiosks.update()
                .where(kiosks.c.name == name, kiosks.c.revoked_at.is_(None))
                .values(revoked_at=self._clock(), token_sha256=None, code_sha256=None)
            )
            if ended.rowcount != 1:
                raise Refused(f"there is no kiosk named {name} that could be revoked")

    def all(self) -> tuple[Kiosk, ...]:
        """Oldest first, revoked ones too."""
        with self._database.read() as r:
            return tuple(_kiosk(row) for row in r.execute(sa.select(kiosks).order_by(kiosks.c.added_at)))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _kiosk(row: "sa.Row[tuple[object, ...]]") -> Kiosk:
    return Kiosk(**{name: getattr(row, name) for name in Kiosk.__dataclass_fields__})
