"""A photo goes when its time is over, and its receipt says so."""

import pytest
from server_backings import on_both_databases
from server_doubles import a_record
from tus_doubles import TusKiosk

from server.errors import PhotoGone

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


def test_a_photo_goes_at_its_date_and_not_before(kiosk, parts, clock, skin_jpeg):
    record = sent(kiosk, skin_jpeg, review=True)
    file = parts.cases.get(None, record["id"]).photos[0].file
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
    with pytest.raises(PhotoGone):
        parts.photos.read(file)


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


def test_a_photo_that_comes_long_after_its_record_has_all_its_time(kiosk, parts, clock, skin_jpeg):
    record = a_record(skin_jpeg)
    kiosk.put(record)
    clock.pass_(days=20)
    tus = TusKiosk(kiosk)
    assert tus.write(tus.begun(record), 0, skin_jpeg).status_code == 204
    tidy(parts)
    assert kiosk.put(record).json["photos"][0]["state"] == "kept"
    assert parts.queue.claim("a worker").case_id == record["id"]
    clock.pass_(days=7)
    tidy(parts)
    assert kiosk.put(record).json["photos"][0]["state"] == "dropped"


def test_a_photo_whose_time_was_over_is_not_asked_for_again_and_one_that_never_came_is(
    kiosk, parts, clock, skin_jpeg
):
    came, never_came = sent(kiosk, skin_jpeg, review=True), a_record(skin_jpeg, consent={"review": True})
    kiosk.put(never_came)
    kiosk.consent(never_came["id"])
    clock.pass_(days=31)
    tidy(parts)
    for record, state in ((came, "dropped"), (never_came, "wanted")):
        told = kiosk.consent(record["id"], review=True).json["photos"][0]
        assert (told["state"], told["until"]) == (state, None)


def test_a_consent_that_is_widened_moves_the_date(kiosk, parts, clock, skin_jpeg):
    record = sent(kiosk, skin_jpeg, analyse=True)
    clock.pass_(days=3)
    assert kiosk.consent(record["id"], analyse=True, review=True).json["photos"][0]["until"] == (
        "2026-12-22T12:00:00Z"
    )
