"""Phones that press and send photos all the time, and note what the kiosk answered."""

import hashlib
import json
import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

import cv2
import numpy as np
from running_kiosk import RunningKiosk

from device.camera.folder import SAMPLES
from models.photo_file import strip_metadata

ACKNOWLEDGED, NOT_REACHED, CUT_OFF = "acknowledged", "not reached", "cut off"

Said = dict[str, Any]

_PIN_FORM = ("POST", "/twin/press", b"seconds=0.15", "application/x-www-form-urlencoded")
_LARGE_PIXELS = (2448, 1836)


@dataclass
class Ledger:
    """What the kiosk acknowledged, and how everything else was answered."""

    presses: list[str] = field(default_factory=list)
    uploads: dict[str, str] = field(default_factory=dict)
    """Case id to the SHA-256 that the kept photo has to have."""
    sent: set[str] = field(default_factory=set)
    """The same of every photo that was sent, whatever came of it."""
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(what was asked, how it went) to how often."""

    def note(self, asked: str, answer: str) -> None:
        """Count one answer."""
        self.answers[asked, answer] += 1

    def count(self, asked: str, *answers: str) -> int:
        """How many were answered so."""
        return sum(self.answers[asked, answer] for answer in answers)


@dataclass(frozen=True)
class SentPhoto:
    """A photo and the SHA-256 of what the kiosk keeps of it."""

    content: bytes
    kept_sha256: str


def sample_photos() -> list[SentPhoto]:
    """The samples that ship."""
    return [_sent(path.read_bytes()) for path in sorted(SAMPLES.glob("*.jpg"))]


def large_photo() -> SentPhoto:
    """A photo of some megabytes, which takes the kiosk a while to receive and to keep."""
    pixels = cv2.resize(cv2.imread(str(SAMPLES / "02.jpg")), _LARGE_PIXELS, interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(7).normal(0, 9, pixels.shape)
    noisy = (pixels + grain).clip(0, 255).astype(np.uint8)
    return _sent(cv2.imencode(".jpg", noisy, (cv2.IMWRITE_JPEG_QUALITY, 92))[1].tobytes())


class Clients:
    """Five phones: two press, two send photos, one pushes the simulated button."""

    def __init__(self, kiosk: RunningKiosk, seed: int) -> None:
        self.ledger = Ledger()
        self._kiosk = kiosk
        self._photos = [*sample_photos(), *[large_photo()] * 4]
        self._over = threading.Event()
        plan = (
            (self._press, 0.4),
            (self._press, 0.6),
            (self._upload, 0.3),
            (self._upload, 0.4),
            (self._push_the_pin, 0.9),
        )
        self._threads = [
            threading.Thread(target=self._repeat, args=(act, pause, random.Random(seed * 100 + number)))
            for number, (act, pause) in enumerate(plan)
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """No more requests; those under way are answered or cut off."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _repeat(self, act: Callable[[random.Random], None], pause: float, chance: random.Random) -> None:
        while not self._over.wait(chance.uniform(0.2, 1.8) * pause):
            act(chance)

    def _press(self, _: random.Random) -> None:
        answer = self._answer("press", lambda: _said(*self._kiosk.ask("POST", "/api/v1/presses")))
        if answer:
            self.ledger.presses.append(answer["id"])

    def _upload(self, chance: random.Random) -> None:
        photo = chance.choice(self._photos)
        self.ledger.sent.add(photo.kept_sha256)
        answer = self._answer("upload", lambda: self._kiosk.upload(photo.content))
        if answer:
            self.ledger.uploads[answer["id"]] = photo.kept_sha256

    def _push_the_pin(self, _: random.Random) -> None:
        self._answer("pin", lambda: _said(*self._kiosk.ask(*_PIN_FORM)))

    def _answer(self, asked: str, ask: Callable[[], tuple[int, Said]]) -> Said | None:
        """What was said to an acknowledged request; every outcome is counted."""
        said: Said | None = None
        try:
            status, said = ask()
        except ConnectionRefusedError:
            outcome = NOT_REACHED
        except TimeoutError:
            outcome = "not answered in time"
        except (OSError, HTTPException):
            outcome = CUT_OFF
        else:
            outcome = ACKNOWLEDGED if status in (202, 303) else f"refused with {status}: {said.get('detail')}"
        self.ledger.note(asked, outcome)
        return said if outcome == ACKNOWLEDGED else None


def _said(status: int, body: bytes) -> tuple[int, Said]:
    """Status and JSON of an answer; a page says nothing to a program."""
    try:
        return status, json.loads(body)
    except ValueError:
        return status, {}


def _sent(content: bytes) -> SentPhoto:
    return SentPhoto(content, hashlib.sha256(strip_metadata(content)).hexdigest())
