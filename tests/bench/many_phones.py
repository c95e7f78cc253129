"""Many phones at once, in one cheap process: ``python many_phones.py PORT PERIOD_SECONDS``.

Reads ``{"sessions": [..], "paths": [..]}`` from standard input. Every phone has an address and
connections of its own: one follows the event stream, one is kept alive and loads the next path
every period; the phones spread evenly over it. Says ``open`` once all streams are, loads pages
until standard input ends, and then prints what it saw.

This computer is the kiosk too, while real phones have processors of their own. So what a stream
brought is read from the kernel only twice a second, all at once.
"""

import asyncio
import json
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_FINAL = (b'"state":"classified"', b'"state":"retake"', b'"state":"failed"')
_END_OF_EVENT = b"\n\n"
_END_OF_HEAD = b"\r\n\r\n"
_READ_SECONDS = 0.5
_MOST_BYTES = 1 << 22
_PATIENCE_SECONDS = 10.0


@dataclass
class Seen:
    """What the phones met: page times in milliseconds, what went wrong, final events of each stream."""

    pages: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    finals: dict[str, int] = field(default_factory=dict)


class Phone:
    """One phone, from an address of the loopback network."""

    def __init__(self, number: int, session: str, port: int, seen: Seen) -> None:
        self.address = f"127.0.1.{number + 1}"
        self._head = f"Host: 127.0.0.1:{port}\r\nCookie: kiosk_session={session}\r\n\r\n"
        self._port = port
        self._seen = seen
        self._page: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._stream = self._open_stream()
        self._unread = b""

    def _open_stream(self) -> socket.socket:
        stream = socket.create_connection(("127.0.0.1", self._port), _PATIENCE_SECONDS, (self.address, 0))
        stream.sendall(f"GET /api/v1/events HTTP/1.1\r\n{self._head}".encode())
        head = b""
        while _END_OF_HEAD not in head:
            head += stream.recv(1 << 12)
        if not head.startswith(b"HTTP/1.1 200"):
            self._seen.errors.append(f"event stream: {head[:80]!r}")
        self._seen.finals[self.address] = 0
        stream.setblocking(False)
        return stream

    def read_stream(self) -> None:
        """Count the final events that came."""
        try:
            chunk = self._stream.recv(_MOST_BYTES)
        except BlockingIOError:
            return
        if not chunk:
            self._seen.errors.append("an event stream ended")
        whole, _, self._unread = (self._unread + chunk).rpartition(_END_OF_EVENT)
        self._seen.finals[self.address] += sum(whole.count(state) for state in _FINAL)

    async def load(self, path: str) -> None:
        """Load one page and note how long it took."""
        started = time.perf_counter()
        try:
            # Not wait_for: before Python 3.12 it may swallow the cancellation that ends this program.
            async with asyncio.timeout(_PATIENCE_SECONDS):
                status = await self._get(path)
        except (OSError, EOFError, TimeoutError) as error:
            self._page = None
            self._seen.errors.append(f"{path}: {error!r}")
            return
        self._seen.pages.append((time.perf_counter() - started) * 1000)
        if status != b"200":
            self._seen.errors.append(f"{path}: {status!r}")

    async def _get(self, path: str) -> bytes:
        if self._page is None:
            self._page = await asyncio.open_connection("127.0.0.1", self._port, local_addr=(self.address, 0))
        reader, writer = self._page
        writer.write(f"GET {path} HTTP/1.1\r\n{self._head}".encode())
        head = (await reader.readuntil(_END_OF_HEAD)).lower()
        await reader.readexactly(int(head.partition(b"content-length:")[2].split()[0]))
        if b"connection: close" in head:
            writer.close()
            self._page = None
        return head[9:12]


async def _read_streams(phones: list[Phone]) -> None:
    while True:
        for phone in phones:
            phone.read_stream()
        await asyncio.sleep(_READ_SECONDS)


async def _load_pages(phone: Phone, first_at: float, period: float, paths: Iterator[str]) -> None:
    due = first_at
    while True:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        await phone.load(next(paths))
        due = max(due + period, time.monotonic())


def _in_turn(paths: list[str], start: int) -> Iterator[str]:
    while True:
        yield paths[start % len(paths)]
        start += 1


async def _use(phones: list[Phone], paths: list[str], period: float) -> None:
    """Follow and load until standard input ends."""
    begin = time.monotonic()
    tasks = [asyncio.create_task(_read_streams(phones))]
    for number, phone in enumerate(phones):
        at = begin + period * number / len(phones)
        tasks.append(asyncio.create_task(_load_pages(phone, at, period, _in_turn(paths, number))))
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for task in tasks:
        task.cancel()
    for end in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(end, Exception):
            raise end
    for phone in phones:
        phone.read_stream()


def main() -> None:
    port, period = int(sys.argv[1]), float(sys.argv[2])
    given: dict[str, Any] = json.loads(sys.stdin.readline())
    seen = Seen()
    phones = [Phone(number, session, port, seen) for number, session in enumerate(given["sessions"])]
    print("open", flush=True)
    asyncio.run(_use(phones, given["paths"], period))
    print(json.dumps(vars(seen)))


if __name__ == "__main__":
    main()
