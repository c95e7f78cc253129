"""``kiosk-server run``: starts the API and its workers, says when all are ready, starts again what dies."""

import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Protocol

import click

from device.restart import Start
from server.child import READY

_POLL_SECONDS = 0.1
_STOP_SECONDS = 4.0
_WRONG_CALL_STATUS = 2


class Started(Protocol):
    """A child process, as the supervisor sees it."""

    @property
    def status(self) -> int | None: ...  # noqa: D102 - see server.child.Child

    @property
    def ready(self) -> bool: ...  # noqa: D102

    def ask_to_end(self) -> None: ...  # noqa: D102

    def end_within(self, seconds: float) -> None: ...  # noqa: D102


@dataclass
class _Post:
    """A post, who holds it and since when; ``next_start`` is None while somebody does."""

    name: str
    child: Started
    start: Start
    next_start: Start | None = None


class Supervisor:
    """The foreground process; it holds no case."""

    def __init__(
        self,
        posts: Iterable[str],
        spawn: Callable[[str], Started],
        address: str,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """``spawn`` starts the child for a post; ``address`` is printed once all are ready."""
        self._names = tuple(posts)
        self._spawn = spawn
        self._address = address
        self._seconds = seconds
        self._stopping = threading.Event()
        self._announced = False

    def stop(self) -> None:
        """Ask everything to end; may be called from any other thread."""
        self._stopping.set()

    def run(self) -> int:
        """Run until stopped. A child that ends before all were ready ends everything, with its status:
        it refused to start and said why.
        """
        posts = [_Post(name, self._spawn(name), Start(self._seconds())) for name in self._names]
        status = 0
        while not self._stopping.is_set():
            refused = self._look_after(posts)
            if refused is not None:
                status = refused
                break
            self._announce(posts)
            self._stopping.wait(_POLL_SECONDS)
        self._end(posts)
        return status

    def _look_after(self, posts: list[_Post]) -> int | None:
        """Fill the posts of the dead; the status to end with, or None to go on."""
        for post in posts:
            status = post.child.status
            if status is None:
                continue
            if not self._announced:
                return status if status == _WRONG_CALL_STATUS else 1
            self._fill(post, status)
        return None

    def _fill(self, post: _Post, status: int) -> None:
        now = self._seconds()
        if post.next_start is None:
            post.next_start = post.start.after_death(now)
            click.echo(f"kiosk-server: {post.name} ended with status {status}; it is started again", err=True)
        elif now >= post.next_start.at:
            post.child.end_within(0)
            post.child = self._spawn(post.name)
            post.start, post.next_start = replace(post.next_start, at=now), None

    def _announce(self, posts: list[_Post]) -> None:
        if self._announced or not all(post.child.ready for post in posts):
            return
        self._announced = True
        click.echo(f"{READY} {self._address}")
        sys.stdout.flush()

    def _end(self, posts: list[_Post]) -> None:
        alive = [post.child for post in posts if post.child.status is None]
        for child in alive:
            child.ask_to_end()
        until = self._seconds() + _STOP_SECONDS
        for child in alive:
            child.end_within(max(0.0, until - self._seconds()))
