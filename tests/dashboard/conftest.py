"""A kiosk without hardware: its store, a device process played by the test, and phones with verbs."""

import io
import itertools
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from dashboard import create_app
from dashboard.parts import parts_of
from device.case import NOT_SAID, CaseDetails, Role
from device.config import load_settings
from device.live import LiveWriter
from device.store import open_store
from device.store.cases import Judgement

CONDITIONS = ["melanoma", "nevus", "acne"]
MODEL = {"name": "mobilenet", "version": "1.0", "sha256": "ab" * 32}


def prediction(scores=None, *, inconclusive=False, urgency="soon"):
    scores = scores or {"melanoma": 0.624, "nevus": 0.37, "acne": 0.006}
    best = max(scores, key=scores.get)
    reason = "Too close to call." if inconclusive else None
    text = f"Inconclusive. {reason}" if inconclusive else f"Most likely: {best} ({scores[best]:.0%})."
    return {
        "photo": "0.jpg",
        "sha256": "cd" * 32,
        "quality": {"ok": True, "reasons": ["Too dark: add light for a better estimate."]},
        "finding": {
            "text": text,
            "urgency": urgency,
            "description": "What it is, in plain words.",
            "advice": "What to do next.",
            "links": [{"title": "NHS: moles", "url": "https://www.nhs.uk/conditions/moles/"}],
            "red_flags": ["It bleeds: have it seen this week."],
            "emergency_contact": "Call your local emergency number.",
            "disclaimer": "Not a diagnosis.",
        },
        "inconclusive": inconclusive,
        "reason": reason,
        "candidates": [{"condition": code, "score": score} for code, score in scores.items()],
        "model": MODEL,
        "milliseconds": {"decode": 1.0, "preprocess": 1.0, "inference": 1.0},
    }


class EventReader:
    """An open event stream, read an event at a time."""

    def __init__(self, response):
        self.response = response
        self._chunks = response.iter_encoded()
        self._text = ""

    def raw(self):
        """The next block of the stream, as text."""
        while "\n\n" not in self._text:
            self._text += next(self._chunks).decode()
        block, self._text = self._text.split("\n\n", 1)
        return block

    def next(self, *names):
        """The next event of one of these names: (name, id, content)."""
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            fields = dict(line.split(": ", 1) for line in self.raw().splitlines() if not line.startswith(":"))
            if fields.get("event") in names:
                number = int(fields["id"]) if "id" in fields else None
                return fields["event"], number, json.loads(fields["data"])
        raise AssertionError(f"no event {names}")

    def cases(self, count):
        """The (id, state) of the next ``count`` case events."""
        found = [self.next("case")[2] for _ in range(count)]
        return [(case["id"], case["state"]) for case in found]

    def close(self):
        self.response.close()


class PhoneUser:
    """Somebody with a phone: a bearer token unless paired by link, then a cookie like a browser's."""

    def __init__(self, app, token=None):
        self.client = app.test_client()
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._open = []

    def ask(self, method, path, **given):
        given["headers"] = {**self.headers, **given.pop("headers", {})}
        return self.client.open(path, method=method, **given)

    def get(self, path, **given):
        return self.ask("GET", path, **given)

    def post(self, path, **given):
        return self.ask("POST", path, **given)

    def delete(self, path, **given):
        return self.ask("DELETE", path, **given)

    def press(self, **fields):
        return self.post("/api/v1/presses", data=fields)

    def upload(self, photo, name="photo.jpg", content_type=None, **fields):
        file = (io.BytesIO(photo), name, content_type) if content_type else (io.BytesIO(photo), name)
        return self.post("/api/v1/photos", data={"photo": file, **fields})

    def case(self, case_id):
        return self.get(f"/api/v1/cases/{case_id}").json

    def follow(self, query="", **given):
        response = self.get(f"/api/v1/events{query}", buffered=False, **given)
        assert response.status_code == 200, response.text
        self._open.append(EventReader(response))
        return self._open[-1]

    def hang_up(self):
        for reader in self._open:
            reader.close()


class Kiosk:
    """The kiosk under test; the test plays its device process."""

    def __init__(self, home: Path, *, simulate=True, clock=None, **sections):
        """``sections`` are those of the configuration, over the defaults."""
        options = {"simulate": simulate, "storage": {"reserve_megabytes": 0}, **sections}
        self.settings = load_settings(home, None, options)
        self.store = open_store(home, clock=clock)
        self.live = LiveWriter(self.settings.runtime_folder)
        self.app = create_app(self.settings, self.store)
        self._phones = []

    def runs(self, *, ready=True, **report):
        """The device process beats with a report of a kiosk in order, or as given."""
        whole = {
            "ready": ready,
            "simulated": True,
            "model": {
                **MODEL,
                "conditions": CONDITIONS,
                "engine": "litert",
                "milliseconds": {},
                "threads": 2,
            },
            "camera": {"driver": "folder", "ok": True, "words": "sample photos"},
            "disk": {"free_bytes": 1_000_000_000, "ok": True, "words": ""},
            "clock": {"trusted": True},
            "faults": [],
            **report,
        }
        self.store.processes.beat("device", os.getpid(), whole)

    def shows(self, pattern, said=None, **lights):
        """The panel shows this; ``said`` is what it says besides, such as ``words``."""
        lights = {"green": False, "yellow": False, "red": False, **lights}
        panel = {
            "pattern": pattern,
            "words": None,
            "lights": lights,
            "button_down": False,
            "simulated": True,
            **(said or {}),
        }
        self.live.show_panel(panel)
        return panel

    def phone(self, role=Role.STAFF, subject=None, case_id=None):
        """A phone of its own with a bearer token."""
        user = PhoneUser(self.app, self.store.phones.add(role, "a phone", subject, case_id).token)
        self._phones.append(user)
        return user

    def browser(self):
        """A phone's browser that nobody has paired yet."""
        user = PhoneUser(self.app)
        self._phones.append(user)
        return user

    def paired_browser(self):
        """A browser paired by a one-time link: it holds a cookie."""
        user = self.browser()
        user.get("/pair/" + self.store.phones.add(Role.STAFF, "browser").link)
        return user

    def captures(self, case_id, photo):
        self.store.cases.captured(case_id, self.store.photos.write(case_id, 0, photo))

    def classifies(self, case_id, words=None):
        self.store.cases.classified(case_id, Judgement(words or prediction(), "ef" * 32, {}))

    def finds(self, *boxes):
        """The device process looks at the photo that waits for it, and finds these faces."""
        self.store.faces.looked(self.store.faces.next_task(), boxes)

    def has_case(self, photo, words=None, **details):
        """The id of a finished case."""
        case = self.store.receive_photo(photo, CaseDetails(**details) if details else NOT_SAID)
        self.classifies(case.id, words)
        return case.id

    def stop(self):
        for user in self._phones:
            user.hang_up()
        parts_of(self.app).stop()
        self.store.close()


START_SECONDS = 15
START = """
import json, sys
from dataclasses import replace
from dashboard import __main__ as server
given = json.loads(sys.argv.pop(1))
server.THREADS = given.pop("threads", server.THREADS)
server.Worker.patience = replace(server.Worker.patience, **given)
server.main()
"""


class RunningDashboard:
    """``python -m dashboard`` over a home, with a staff phone's token."""

    def __init__(self, home, **patience):
        """``patience`` replaces numbers of the server: threads, or those of device.patience."""
        self.store = open_store(home)
        self.token = self.store.phones.add(Role.STAFF, "a phone").token
        with socket.socket() as chosen:
            chosen.bind(("127.0.0.1", 0))
            self.port = chosen.getsockname()[1]
        command = [sys.executable, "-c", START, json.dumps(patience), "--home", str(home), "--simulate"]
        command += ["--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    def ask(self, path, body=None, **headers):
        headers = {"Authorization": f"Bearer {self.token}", **headers}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers)
        return urllib.request.urlopen(request, timeout=20)

    def connect(self, said=b"", source="127.0.0.1"):
        """A bare connection that has said this much."""
        connection = socket.create_connection(("127.0.0.1", self.port), 20, (source, 0))
        connection.sendall(said)
        return connection

    def wait(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                self.ask("/api/v1/cases").close()
            except urllib.error.URLError:
                time.sleep(0.02)
            else:
                return self
        raise AssertionError(self.process.stderr.read())

    def stop(self):
        """Seconds until a SIGTERM has ended it."""
        started = time.monotonic()
        self.process.terminate()
        self.process.wait(10)
        return time.monotonic() - started

    def clean_up(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        self.store.close()


@pytest.fixture
def kiosk(tmp_path):
    built = Kiosk(tmp_path / "home")
    yield built
    built.stop()


@pytest.fixture
def make_kiosk(tmp_path):
    """Makes a kiosk with another clock or configuration."""
    built = []

    def make(**options):
        built.append(Kiosk(tmp_path / f"home-{len(built)}", **options))
        return built[-1]

    yield make
    for each in built:
        each.stop()


@pytest.fixture
def real_kiosk(tmp_path):
    """One that is not simulated."""
    built = Kiosk(tmp_path / "home", simulate=False)
    yield built
    built.stop()


@pytest.fixture
def staff(kiosk):
    return kiosk.phone()


@pytest.fixture
def filming(kiosk, photo):
    """A device process that shows pictures while somebody watches."""
    stop = threading.Event()

    def film():
        for number in itertools.count():
            if stop.wait(0.02):
                return
            if kiosk.live.is_watched():
                kiosk.live.show_picture(photo + bytes([number % 256]), prediction())

    thread = threading.Thread(target=film)
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.fixture
def predicted():
    """Makes predictions as the device process stores them."""
    return prediction


@pytest.fixture(scope="session")
def photo(pictures):
    return pictures.jpeg(pictures.skin(128, 96))


@pytest.fixture(scope="session")
def png(pictures):
    return pictures.png(pictures.skin(128, 96))


@pytest.fixture
def start_dashboard(tmp_path):
    """Starts the dashboard as a process of its own, with the server's numbers as given."""
    started = []

    def start(**patience):
        started.append(RunningDashboard(tmp_path / "home", **patience))
        return started[-1].wait()

    yield start
    for running in started:
        running.clean_up()


@pytest.fixture
def dashboard(start_dashboard):
    return start_dashboard()
