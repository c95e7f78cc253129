"""What the lights, the buzzer and the lamp do in each state of the kiosk.

=========  ======  ======  =====  ==========================================
pattern    green   yellow  red    means
=========  ======  ======  =====  ==========================================
ready      on                     press to take a photo
countdown          slow           the photo follows (one short beep a second)
taking             on             hold still (one short beep, lamp on)
thinking           blinks         the model is at work
done       blinks                 the finding is on the phones (two beeps)
answered   blinks  blinks         the server has an opinion on some case
refused                    blinks the press was not taken (one long beep)
fault                      slow   something needs care, see the health page
pairing    in turn with yellow    a phone may pair for 120 s
off                               the kiosk is shutting down
=========  ======  ======  =====  ==========================================
"""

from enum import StrEnum
from typing import Protocol

Levels = dict[str, bool]
"""Channel (``green``, ``yellow``, ``red``, ``buzzer``, ``lamp``) to on or off."""

CHANNELS = ("green", "yellow", "red", "buzzer", "lamp")


class Pattern(StrEnum):
    """A state of the kiosk that the panel shows."""

    READY = "ready"
    COUNTDOWN = "countdown"
    TAKING = "taking"
    THINKING = "thinking"
    DONE = "done"
    ANSWERED = "answered"
    REFUSED = "refused"
    FAULT = "fault"
    PAIRING = "pairing"
    OFF = "off"


class Show(Protocol):
    """How a story shows where it stands: a pattern and, for a refusal or a fault, why."""

    def __call__(self, pattern: Pattern, words: str = "") -> None:
        """Show it."""
        ...


FLASH_SECONDS = {Pattern.DONE: 1.5, Pattern.ANSWERED: 3.0, Pattern.REFUSED: 0.9}
"""Patterns that show for a while and then give way to what lies below."""

_STEADY = {
    Pattern.READY: ("green",),
    Pattern.TAKING: ("yellow", "lamp"),
}
_BLINKING = {
    Pattern.COUNTDOWN: (("yellow",), 0.5),
    Pattern.THINKING: (("yellow",), 0.15),
    Pattern.DONE: (("green",), 0.15),
    Pattern.ANSWERED: (("green", "yellow"), 0.3),
    Pattern.REFUSED: (("red",), 0.15),
    Pattern.FAULT: (("red",), 1.0),
}
_BEEPS = {
    Pattern.COUNTDOWN: ((0.0, 0.04),),
    Pattern.TAKING: ((0.0, 0.06),),
    Pattern.DONE: ((0.0, 0.08), (0.16, 0.24)),
    Pattern.REFUSED: ((0.0, 0.5),),
}
_PAIRING_HALF_SECONDS = 0.5


def levels(pattern: Pattern, elapsed_seconds: float) -> Levels:
    """Every channel's level, ``elapsed_seconds`` after the pattern began."""
    lit = set(_STEADY.get(pattern, ()))
    if pattern in _BLINKING:
        colours, half_seconds = _BLINKING[pattern]
        if int(elapsed_seconds / half_seconds) % 2 == 0:
            lit.update(colours)
    if pattern is Pattern.PAIRING:
        lit.add(("green", "yellow")[int(elapsed_seconds / _PAIRING_HALF_SECONDS) % 2])
    if pattern is Pattern.COUNTDOWN:
        elapsed_seconds %= 1.0  # the beep of each second
    if any(start <= elapsed_seconds < end for start, end in _BEEPS.get(pattern, ())):
        lit.add("buzzer")
    return {channel: channel in lit for channel in CHANNELS}
