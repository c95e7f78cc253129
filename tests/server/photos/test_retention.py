"""A photo goes when its time is over, and its receipt says so."""

import pytest
from server_backings import on_both_databases
from server_doubles import a_record
from tus_doubles import TusKiosk

pytestmark = on_both_databases


@pytest.fixture
def app(start_app):
    """A server that keeps photos for review for 30 days and those for training for ever."""
    return start_app("retention.review_days = 30\n")


def sent(kiosk, photo, **scopes):
    record = a_record(photo, consent=scopes)
    kiosk.put(record)
    tus = TusKiosk(kiosk)
    assert tus.write(tus.begun(record), 0, photo).status_code == 204
    return record


def tidy(parts):
    for chore in parts.chores:
        chore()


def test_a_photo_goes_at_its_date_and_not_before(kiosk, parts, clock, skin_jpeg, tmp_path):
    record = sent(kiosk, skin_jpeg, review=True)
    receipt = kiosk.put(record).json
    assert receipt["photos"][0]["until"].startswith("2026-12-22")
    clock.pass_(days=29)
    tidy(parts)
    assert kiosk.put(record).json == receipt
    clock.pass_(days=1)
    tidy(parts)
    later = kiosk.put(record).json
    assert (later["photos"][0]["state"], later["photos"][0]["until"]) == ("dropped", None)
    assert later["issued_at"] > receipt["issued_at"]
    assert not [path for path in (tmp_path / "server" / "photos").rglob("*") if path.is_file()]


def test_a_photo_without_a_date_stays(kiosk, parts, clock, skin_jpeg):
    record = sent(kiosk, skin_jpeg, train=True)
    clock.pass_(days=4000)
    tidy(parts)
    assert kiosk.put(record).json["photos"][0]["state"] == "kept"


def test_a_case_that_was_erased_meanwhile_is_no_error(kiosk, parts, clock, skin_jpeg):
    record = sent(kiosk, skin_jpeg, review=True)
    clock.pass_(days=31)
    kiosk.call("DELETE", f"/v1/cases/{record['id']}")
    tidy(parts)
    assert kiosk.put(record).status_code == 410
