"""A server's callers and its clock, as tests want them."""

import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.parts import Parts

NO_DOUBTS = "vetting.hold_for = []\n"
"""For server.toml: pictures made of arithmetic are no skin, and would be held."""


def doubting_nothing(home: Path) -> Path:
    """``home`` with a server.toml that says so, where it has none yet."""
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "server.toml").exists():
        (home / "server.toml").write_text(NO_DOUBTS)
    return home


@dataclass
class HandClock:
    """Aware UTC that goes on only when told to."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))
    followers: list[Callable[[datetime], None]] = field(default_factory=list)
    """Other clocks, told each time."""

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **span: float) -> None:
        self.at += timedelta(**span)
        for tell in self.followers:
            tell(self.at)


@dataclass
class FarKiosk:
    """A kiosk as the server sees it: a token and JSON."""

    client: FlaskClient
    token: str
    id: str

    def call(self, method: str, path: str, body: Any = None, **given: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"} | given.pop("headers", {})
        if body is not None:
            given |= {"data": json.dumps(body), "content_type": "application/json"}
        return self.client.open(path, method=method, headers=headers, **given)

    def put(self, record: dict[str, Any]) -> TestResponse:
        return self.call("PUT", f"/v1/cases/{record['id']}", record)

    def consent(self, case_id: str, **scopes: bool) -> TestResponse:
        change = {"id": str(uuid.uuid4()), "kind": "consent", "content": scopes}
        return self.call("POST", f"/v1/cases/{case_id}/changes", change)


def a_record(photo: bytes = b"a photo", **fields: Any) -> dict[str, Any]:
    facts = {
        "sha256": hashlib.sha256(photo).hexdigest(),
        "size_bytes": len(photo),
        "content_type": "image/jpeg",
        "width_pixels": 640,
        "height_pixels": 480,
    }
    bare = {"schema": 1, "id": str(uuid.uuid4()), "photos": [facts], "consent": {"analyse": True}}
    return bare | fields


def enrolled(app: Any, parts: Parts, name: str) -> FarKiosk:
    code = parts.kiosks.add(name)
    answer = app.test_client().post("/v1/enrolments", json={"code": code})
    return FarKiosk(app.test_client(), answer.json["token"], answer.json["kiosk"])
