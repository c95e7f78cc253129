"""A server takes what kiosks of any age send, and keeps it whole."""

import json
from pathlib import Path

import pytest

from server.store.cases import record_of

GOLDEN = Path(__file__).parents[2] / "wire" / "golden"


@pytest.fixture(params=["today", "older", "newer"])
def sent(request):
    """The golden bodies of one age, by their names."""
    return {path.stem: json.loads(path.read_text()) for path in (GOLDEN / request.param).iterdir()}


def test_a_record_of_any_age_is_kept_whole(kiosk, parts, sent):
    record = sent["record"]
    assert kiosk.put(record).status_code == 201
    kept = record_of(parts.cases.get(kiosk.id, record["id"]))
    assert kept == record | {"thumbnail": None}


def test_a_change_of_any_age_is_kept_once(kiosk, sent):
    kiosk.put(sent["record"])
    statuses = [
        kiosk.call("POST", f"/v1/cases/{sent['record']['id']}/changes", sent["change"]).status_code
        for _ in range(2)
    ]
    assert statuses == [201, 200]
