"""Presses of the simulated pin: asked for by a command or a page, made by the device process."""

from dataclasses import dataclass

from device.store.database import Database


@dataclass(frozen=True)
class PinPress:
    """One press of the simulated button, ``hold_seconds`` long."""

    number: int
    hold_seconds: float


class PinPresses:
    """A queue of presses that outlives the process that asks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, hold_seconds: float) -> int:
        """Ask for a press of the mock pin; its number."""
        with self._database.transaction() as t:
            row = t.execute(
                "INSERT INTO pin_presses (hold_seconds) VALUES (?) RETURNING number", (hold_seconds,)
            ).fetchone()
            return int(row["number"])

    def waiting(self) -> tuple[PinPress, ...]:
        """The presses not made yet, oldest first."""
        with self._database.read() as r:
            rows = r.execute("SELECT number, hold_seconds FROM pin_presses WHERE done = 0 ORDER BY number")
            return tuple(PinPress(**dict(row)) for row in rows)

    def done(self, number: int) -> None:
        """The press was made and the pin is released."""
        with self._database.transaction(durable=False) as t:
            t.execute("UPDATE pin_presses SET done = 1 WHERE number = ?", (number,))
            t.execute("DELETE FROM pin_presses WHERE done = 1 AND number < ?", (number - 100,))

    def is_done(self, number: int) -> bool:
        """Whether the device process made the press."""
        with self._database.read() as r:
            row = r.execute("SELECT done FROM pin_presses WHERE number = ?", (number,)).fetchone()
        return row is None or bool(row["done"])
