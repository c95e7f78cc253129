"""Online: from a press to the server's opinion on the phone's open page, and from the server to that page."""

import json
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from figure import Figure, p95
from fresh_home import fresh_home
from fresh_server import binds, server_database, servers_model
from running_kiosk import EventStream, RunningKiosk, running_kiosk, wait_until
from running_server import running_server

from device.uplink.enrolment import Enrolment, save_enrolment
from server import build_parts
from server.config import CONFIG_FILE, load_settings
from server.store.tables import opinions

_PAUSE_SECONDS = (0.5, 1.5)
"""Between presses, by chance: a fixed one would keep step with what looks for news."""

_LONGEST_SECONDS = 60.0
_PRESS = json.dumps({"consent_analyse": True}).encode()


class OpinionPage(EventStream):
    """An open page; ``opinions`` holds when each case's opinion came (UTC, and monotonic seconds), and it."""

    def __init__(self, kiosk: RunningKiosk) -> None:
        self.opinions: dict[str, tuple[datetime, float, dict[str, Any]]] = {}
        super().__init__(kiosk)

    def _take(self, name: str, content: dict[str, Any]) -> None:
        super()._take(name, content)
        if name == "opinion":
            came = (datetime.now(UTC), time.monotonic(), content["opinion"])
            self.opinions.setdefault(content["id"], came)


def figures(short: bool) -> Iterator[Figure]:
    """One press after the other, so that the server is idle before each."""
    count, manifest = 5 if short else 100, servers_model()
    with fresh_home(CONFIG_FILE) as home, running_server(home, "--model", str(manifest)) as server:
        with _enrolled_kiosk(home, server.port) as kiosk:
            page = OpinionPage(kiosk)
            _ask(kiosk, page)  # what is loaded at the first one is loaded then
            asked = [_ask(kiosk, page) for _ in range(count)]
            page.close()
        given = _given(home)
    yield from _shown(manifest, page, asked, given)


def _shown(
    manifest: Path, page: OpinionPage, asked: list[tuple[str, float]], given: dict[str, datetime]
) -> Iterator[Figure]:
    came = {case_id: page.opinions[case_id] for case_id, _ in asked}
    waits = [came[case_id][1] - pressed for case_id, pressed in asked]
    told = [(came[case_id][0] - given[case_id]).total_seconds() for case_id, _ in asked]
    inference = [opinion["milliseconds"]["inference"] for _, _, opinion in came.values()]
    name, count = manifest.stem, len(asked)
    yield Figure(f"press to the server's opinion on the page ({name}), p95 of {count}", p95(waits), 10, "s")
    yield Figure(f"opinion at the server to the open page, p95 of {count}", p95(told), 2, "s")
    bound = 1000 if binds(manifest) else None
    yield Figure(f"{name}: inference of an opinion, p95 of {count}", p95(inference), bound, "ms")


def _ask(kiosk: RunningKiosk, page: OpinionPage) -> tuple[str, float]:
    """Press, consenting; the case, and when it was pressed for (monotonic seconds)."""
    time.sleep(random.uniform(*_PAUSE_SECONDS))
    pressed = time.monotonic()
    status, body = kiosk.ask("POST", "/api/v1/presses", _PRESS, "application/json")
    assert status == 202, body
    case_id = str(json.loads(body)["id"])
    wait_until(lambda: case_id in page.opinions, _LONGEST_SECONDS, "no opinion came")
    return case_id, pressed


@contextmanager
def _enrolled_kiosk(server_home: Path, port: int) -> Iterator[RunningKiosk]:
    parts = build_parts(load_settings(server_home))
    enrolled, token = parts.kiosks.enrol(parts.kiosks.add("bar"), None)
    receipt_key = parts.receipts.public_key
    parts.database.close()
    home = server_home.parent / "kiosk"
    home.mkdir()
    save_enrolment(home, Enrolment(f"http://127.0.0.1:{port}", "server", enrolled.id, token, receipt_key))
    with running_kiosk(home) as kiosk:
        yield kiosk


def _given(home: Path) -> dict[str, datetime]:
    """When the server kept each opinion."""
    with server_database(home) as database, database.read() as r:
        rows = r.execute(sa.select(opinions.c.case_id, opinions.c.given_at)).all()
    return {row.case_id: row.given_at for row in rows}
