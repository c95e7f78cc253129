"""A card with no byte left: presses are refused, everything else goes on, and erasing makes room."""

import json
import os
from contextlib import suppress

import pytest
from running_kiosk import running_kiosk

from device.case import Origin
from device.errors import StoreFull
from device.store import open_store
from device.store.ballast import BALLAST_BYTES, BALLAST_FILE

RESERVE_BYTES = 2_000_000


@pytest.fixture
def home(card):
    return card / "home"


@pytest.fixture
def fill(card):
    """Fills the card to its last byte, as a log that nobody turns over does."""

    def fill():
        with suppress(OSError), (card / "log").open("ab", buffering=0) as log:
            while log.write(bytes(4096)):
                pass
        assert free_bytes(card) == 0

    return fill


@pytest.fixture
def small_store(home):
    """A store with one case, on the small card."""
    store = open_store(home, RESERVE_BYTES)
    yield store
    store.close()


@pytest.fixture
def case(small_store, skin_jpeg):
    """A finished case."""
    received = small_store.receive_photo(skin_jpeg)
    small_store.cases.retake(received.id, "too dark")
    return small_store.cases.get(received.id)


@pytest.fixture
def closed_home(home, small_store, case):
    """The home of a kiosk that holds the case and does not run."""
    small_store.close()
    (home / "kiosk.toml").write_text(f"[storage]\nreserve_megabytes = {RESERVE_BYTES // 1_000_000}\n")
    return home


def free_bytes(folder):
    card = os.statvfs(folder)
    return card.f_bavail * card.f_frsize


def test_an_open_store_refuses_presses_reads_and_erases(small_store, case, card, fill):
    fill()
    with pytest.raises(StoreFull, match="the card is full"):
        small_store.photos.require_room()
    assert small_store.cases.newest_first(10) == (case,)
    assert small_store.photos.read(case.photos[0])
    small_store.erase(case.id)
    assert small_store.cases.count() == 0
    assert free_bytes(card) > BALLAST_BYTES / 2
    with pytest.raises(StoreFull, match="the card is full"):
        small_store.photos.require_room()  # the room is for erasing


def test_a_photo_that_finds_no_room_leaves_no_case_and_no_file(home, small_store, case, fill, skin_jpeg):
    fill()
    with pytest.raises(StoreFull, match="the card is full"):
        small_store.receive_photo(skin_jpeg)
    assert small_store.cases.count() == 1
    assert len([path for path in (home / "photos").rglob("*") if path.is_file()]) == 1


def test_many_cases_can_be_erased(small_store, skin_jpeg, fill):
    kept = [small_store.receive_photo(skin_jpeg).id for _ in range(30)]
    fill()
    for case_id in kept:
        small_store.erase(case_id)
    assert small_store.cases.count() == 0


def test_a_store_starts_on_a_full_card_and_takes_photos_once_there_is_room(
    home, card, small_store, case, fill
):
    small_store.close()
    assert not list(home.glob("*-shm"))
    fill()
    again = open_store(home, RESERVE_BYTES)
    assert again.cases.get(case.id) == case
    with pytest.raises(StoreFull, match="the card is full"):
        again.photos.require_room()
    (card / "log").unlink()
    again.keep_ballast()
    assert (home / BALLAST_FILE).stat().st_size == BALLAST_BYTES
    again.photos.require_room()
    assert again.cases.ask(Origin.BUTTON)
    again.close()


def test_a_kiosk_starts_on_a_full_card_and_a_case_can_be_erased(closed_home, case, fill):
    fill()
    with running_kiosk(closed_home) as kiosk:
        assert kiosk.ask("GET", "/")[0] == 200
        status, answer = kiosk.ask("POST", "/api/v1/presses")
        assert (status, "the card is full" in json.loads(answer)["detail"]) == (503, True)
        assert kiosk.ask("DELETE", f"/api/v1/cases/{case.id}")[0] in (200, 204)
        assert kiosk.ask("GET", f"/api/v1/cases/{case.id}")[0] == 404


def test_a_running_kiosk_outlives_its_card_filling_up(closed_home, case, fill):
    with running_kiosk(closed_home) as kiosk:
        kiosk.wait_for(kiosk.press())
        fill()
        assert kiosk.ask("POST", "/api/v1/presses")[0] == 503
        assert kiosk.ask("GET", "/")[0] == 200
        assert kiosk.ask("DELETE", f"/api/v1/cases/{case.id}")[0] in (200, 204)
        assert kiosk.process.poll() is None
