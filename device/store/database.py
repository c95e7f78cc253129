"""The database file: connections, transactions, migrations.

SQLite in WAL mode with ``synchronous=FULL``: what a transaction committed survives
a power cut. ``secure_delete`` overwrites what is deleted.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from importlib import resources
from pathlib import Path

from device.errors import MigrationFailed, StoreDamaged, StoreError, StoreFull, StoreLocked, StoreReadOnly
from device.store.ballast import free_bytes

_LOCK_SECONDS = 5.0
_SHORT_LOCK_SECONDS = 1.0
_LOCK_RETRY_SECONDS = 0.01
_IDLE_CONNECTIONS = 4
_CACHE_KIBIBYTES = 512
_GROUP_MODE = 0o660
_NO_ROOM_BYTES = 64 * 1024  # the WAL's index alone is made in steps of 32 KiB
_MAY_MEAN_FULL = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)

_SAID_ALREADY = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY)
"""Codes whose words leave nothing for SQLite's own to add."""

_EXPLAINED: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_FULL: (StoreFull, "the card is full: erase or export cases, then try again"),
    sqlite3.SQLITE_READONLY: (StoreReadOnly, "the kiosk's home cannot be written: check the card"),
    sqlite3.SQLITE_CANTOPEN: (StoreReadOnly, "the kiosk's database cannot be opened: check the card"),
    sqlite3.SQLITE_BUSY: (StoreLocked, "another program holds the database: try again in a moment"),
    sqlite3.SQLITE_IOERR: (StoreReadOnly, "the card does not answer as it should: check the card"),
    sqlite3.SQLITE_CORRUPT: (StoreDamaged, "the database is damaged: restore the last backup"),
    sqlite3.SQLITE_NOTADB: (StoreDamaged, "the database is damaged: restore the last backup"),
}


class Database:
    """One SQLite file, shared by threads through a small stack of connections."""

    def __init__(self, path: Path) -> None:
        """Open or make the file at ``path`` and bring it to this program's version.

        Raises StoreError, in particular MigrationFailed.
        """
        self._path = path
        self._idle: list[sqlite3.Connection] = []
        try:
            _make_file(path)
            with self._explained(), self._connection() as connection:
                _use_wal(connection)
                _migrate(connection)
        except StoreError:
            self.close()
            raise

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection for queries; each statement sees what is committed by then."""
        with self._explained(), self._connection() as connection:
            yield connection

    @contextmanager
    def transaction(self, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """Everything inside commits together when the block ends, or not at all.

        ``durable`` False leaves the commit to the next sync of the WAL, and does not wait
        long for another program: for health rows, which may be lost.
        """
        with self._explained(), self._connection() as connection:
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            with nullcontext() if durable else _short_of_patience(connection):
                connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def require_writable(self) -> None:
        """Raise what a transaction would meet now: StoreLocked where another program holds
        the database for a second, StoreReadOnly where it cannot be written. Writes nothing.
        """
        with self._explained(), self._connection() as connection, _short_of_patience(connection):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")

    def forget_deleted(self) -> None:
        """Empty the WAL, in which what was deleted stands until it is written over.

        Does nothing while another connection stays in the way for some seconds.
        """
        with self.read() as r:
            r.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def watch(self) -> "Watch":
        """A cheap way to notice that some process changed something."""
        with self._explained():
            return Watch(self._connect(), self._path)

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()

    def _explained(self) -> AbstractContextManager[None]:
        return _explained(self._path)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._idle.pop()  # atomic, so threads need no lock
        except IndexError:
            connection = self._connect()
        try:
            yield connection
        except sqlite3.Error:
            connection.close()  # one that met an error is not used again
            raise
        except BaseException:
            self._give_back(connection)
            raise
        else:
            self._give_back(connection)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        """Keep it for the next, unless the home cannot be written: SQLite then opened it for
        reading alone, and it would stay so once the home can be written again.
        """
        if len(self._idle) < _IDLE_CONNECTIONS and os.access(self._path, os.W_OK):
            self._idle.append(connection)
        else:
            connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_LOCK_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection


class Watch:
    """Tells whether any other connection committed since it was last asked."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._version = -1

    def changed(self) -> bool:
        """True the first time, then once for any number of commits (``PRAGMA data_version``)."""
        with _explained(self._path):
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        fresh = bool(version != self._version)
        self._version = version
        return fresh

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the file at ``path`` into ours, which say what to do."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.DatabaseError as error:
        code = _code(error)
        if code in _MAY_MEAN_FULL and _is_card_full(path):
            code = sqlite3.SQLITE_FULL  # SQLite says this of its database, but not of files beside it
        kind, words = _EXPLAINED.get(code, (StoreError, "the store failed"))
        raise kind(words if code in _SAID_ALREADY else f"{words} ({error})") from error


@contextmanager
def _short_of_patience(connection: sqlite3.Connection) -> Iterator[None]:
    """Let ``connection`` wait less for a lock."""
    (usual,) = connection.execute("PRAGMA busy_timeout").fetchone()
    shorter = min(usual, round(1000 * _SHORT_LOCK_SECONDS))
    connection.execute(f"PRAGMA busy_timeout = {shorter}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout = {usual}")


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code."""
    return (getattr(error, "sqlite_errorcode", None) or sqlite3.SQLITE_ERROR) & 0xFF


def _is_card_full(path: Path) -> bool:
    try:
        return free_bytes(path.parent) < _NO_ROOM_BYTES
    except OSError:
        return False


def _make_file(path: Path) -> None:
    """Make the database's file for the group of the three processes, whatever the umask is;
    SQLite gives the files beside it the same mode.
    """
    with suppress(OSError):  # it is there, or SQLite will meet the same error and say it
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _GROUP_MODE)
        try:
            os.fchmod(descriptor, _GROUP_MODE)
        finally:
            os.close(descriptor)


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL, waiting for others that do the same: here SQLite's own waiting gives up at once."""
    until = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_LOCK_RETRY_SECONDS)
        else:
            return


def _migrate(connection: sqlite3.Connection) -> None:
    """Apply the numbered ``.sql`` files that the database has not seen, each in one transaction."""
    folder = resources.files("device.store").joinpath("migrations")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(files):
        raise MigrationFailed(
            f"the database has version {version}, newer than this program's {len(files)}: update the program"
        )
    for number, file in enumerate(files[version:], start=version + 1):
        _apply(connection, number, file.read_text(encoding="utf-8"), file.name)


def _apply(connection: sqlite3.Connection, number: int, script: str, name: str) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version < number:  # else another process was faster
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:  # a full card rolls back by itself
            connection.execute("ROLLBACK")
        if _code(error) == sqlite3.SQLITE_FULL:
            raise  # not the step's fault: with more room it works
        raise MigrationFailed(
            f"the step {name} of the database failed, nothing was changed: {error}"
        ) from error


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
