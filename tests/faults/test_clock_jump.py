"""A wall clock that jumps by a year while the kiosk runs: people are told, order and pairing stay."""

import threading
from datetime import timedelta

import pytest
from running_kiosk import wait_until

from dashboard import create_app
from dashboard.parts import parts_of
from device.case import Role
from device.cli import build
from device.clock import Moment, SystemClock
from device.config import load_settings
from device.process import DeviceProcess
from device.store import open_store

YEAR = timedelta(days=365)
SOON_SECONDS = 20.0


class JumpyClock(SystemClock):
    """This machine's clock, whose wall time a test sets."""

    def __init__(self):
        super().__init__()
        self.jump = timedelta()
        self.trusted = True

    def moment(self):
        now = super().moment()
        return Moment(now.boot_id, now.boot_seconds, now.wall_at + self.jump, self.trusted)


class Kiosk:
    """Device process and pages of one home, in this process, by a clock that jumps."""

    def __init__(self, home, monkeypatch):
        self.clock = JumpyClock()
        monkeypatch.setattr("device.cli.build.SystemClock", lambda: self.clock)
        monkeypatch.setattr("device.store.SystemClock", lambda: self.clock)
        monkeypatch.setattr("device.chores.BEAT_SECONDS", 0.2)
        settings = load_settings(home, None, {"simulate": True, "storage": {"reserve_megabytes": 0}})
        self.store = open_store(home)
        self.device = DeviceProcess(build.device_parts(settings))
        self.app = create_app(settings, self.store)
        self.token = self.store.phones.add(Role.STAFF, "a phone").token
        self._thread = threading.Thread(target=self.device.run)
        self._thread.start()
        self.until(lambda: self.health()["ok"])

    def ask(self, method, path):
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.app.test_client().open(path, method=method, headers=headers)

    def health(self):
        return self.ask("GET", "/health").json

    def clock_words(self):
        return self.health()["clock"]["words"]

    def takes(self):
        """Press and wait for the end; the case."""
        answer = self.ask("POST", "/api/v1/presses")
        assert answer.status_code == 202, answer.text
        case_id = answer.json["id"]
        self.until(lambda: self.store.cases.get(case_id).state.is_final)
        return self.store.cases.get(case_id)

    def until(self, look):
        wait_until(look, SOON_SECONDS, "this did not happen in time")

    def stop(self):
        self.device.stop()
        self._thread.join(SOON_SECONDS)
        parts_of(self.app).stop()
        self.store.close()


@pytest.fixture
def kiosk(home, monkeypatch):
    running = Kiosk(home, monkeypatch)
    yield running
    running.stop()


@pytest.mark.parametrize(
    ("jump", "words"), [(YEAR, "set ahead by 365 days"), (-YEAR, "set back by 365 days")]
)
def test_a_jump_of_a_clock_that_counts_as_right_is_said_until_it_is_undone(kiosk, jump, words):
    first = kiosk.takes()
    window = kiosk.store.phones
    window.open_window()
    link = window.add(Role.STAFF, "another phone").link
    kiosk.clock.jump = jump
    kiosk.until(lambda: words in kiosk.clock_words())
    assert words in kiosk.ask("GET", "/status").text
    assert kiosk.health()["ok"], "a clock that is wrong keeps nobody from taking photos"
    assert kiosk.health()["processes"]["device"] == {"alive": True}
    assert 100 < window.window_seconds_left() <= 120
    assert kiosk.app.test_client().get(f"/pair/{link}").status_code == 303
    second = kiosk.takes()
    kiosk.clock.jump = timedelta()
    third = kiosk.takes()
    assert [case.id for case in kiosk.store.cases.newest_first(3)] == [third.id, second.id, first.id]
    kiosk.until(lambda: words not in kiosk.clock_words())
    assert ("dated later" in kiosk.clock_words()) == (jump > timedelta())


@pytest.mark.parametrize("jump", [YEAR, -YEAR])
def test_times_taken_by_a_clock_that_nobody_trusts_are_put_right(kiosk, jump):
    kiosk.clock.jump, kiosk.clock.trusted = jump, False
    wrong = kiosk.takes()
    assert not wrong.time_trusted
    kiosk.until(lambda: "not synchronised" in kiosk.clock_words())
    kiosk.clock.jump, kiosk.clock.trusted = timedelta(), True
    kiosk.until(lambda: kiosk.store.cases.get(wrong.id).time_trusted)
    assert abs(kiosk.store.cases.get(wrong.id).captured_at - kiosk.clock.moment().wall_at) < timedelta(
        minutes=5
    )
    kiosk.until(lambda: kiosk.clock_words() == "")


def test_a_photo_that_came_in_before_a_jump_stays(kiosk, skin_jpeg):
    case = kiosk.store.receive_photo(skin_jpeg)
    kiosk.clock.jump = YEAR
    kiosk.store.remove_orphans()
    kiosk.store.remove_orphans()
    assert kiosk.store.photos.read(case.photos[0])
