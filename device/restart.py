"""When a child process that died is started again; the kiosk and the server go by it alike."""

from dataclasses import dataclass

_CLOSEST_SECONDS = 0.25
_WIDEST_SECONDS = 5.0
_YOUNG_SECONDS = 2.0


@dataclass(frozen=True)
class Start:
    """A child's start, at ``at`` (monotonic seconds); the next one is ``apart_seconds`` later or more."""

    at: float
    apart_seconds: float = _CLOSEST_SECONDS

    def after_death(self, now: float) -> "Start":
        """The start that follows: at once, unless the child keeps dying younger than two seconds.

        Then its starts move apart, each twice as far as the last, so that one that cannot run costs the
        others little; but nobody is without it for longer than five seconds.
        """
        is_young = now - self.at < _YOUNG_SECONDS
        apart = min(2 * self.apart_seconds, _WIDEST_SECONDS) if is_young else _CLOSEST_SECONDS
        return Start(max(now, self.at + apart), apart)
