"""How long to wait before the server is tried again: longer each time, never all kiosks at once."""

import random
from collections.abc import Callable

_FIRST_SECONDS = 1.0
_LONGEST_SECONDS = 60.0


class Pauses:
    """Capped exponential backoff with full jitter above a quarter of the pause."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        """``chance`` gives 0 to 1."""
        self._chance = chance
        self._failures = 0

    def over(self) -> None:
        """The server answered: the next pause is short again."""
        self._failures = 0

    def next_seconds(self) -> float:
        """Nobody answered once more: wait so long."""
        pause = min(_FIRST_SECONDS * 2.0**self._failures, _LONGEST_SECONDS)
        self._failures = min(self._failures + 1, 30)
        return pause * (0.25 + 0.75 * self._chance())
