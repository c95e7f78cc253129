"""A server at work: cases with photos, opinions, updates, erasures; and the same one opened elsewhere."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from server_doubles import FarKiosk, a_record
from server_queue import a_prediction
from tus_doubles import TusKiosk

from server import build_parts, create_app
from server.backup.backup import Backup, back_up
from server.backup.restore import Restored, restore
from server.config import load_settings
from server.opinions.answers import Answers
from server.parts import parts_of

REVIEW = {"analyse": True, "review": True}


class Clinic:
    """One server and the kiosk that uses it."""

    def __init__(self, app: Any, kiosk: FarKiosk, pictures: Any) -> None:
        self.app, self.parts = app, parts_of(app)
        self.kiosk = replace(kiosk, client=app.test_client())
        self._pictures = pictures
        self._sent = 0

    def new_photo(self) -> bytes:
        self._sent += 1
        made: bytes = self._pictures.jpeg(self._pictures.skin(96, 96, seed=self._sent))
        return made

    def record(self, consent: dict[str, bool] | None = None) -> tuple[dict[str, Any], bytes]:
        """A case whose photo is still to come, and that photo."""
        photo = self.new_photo()
        made = a_record(photo, consent=consent or REVIEW)
        assert self.kiosk.put(made).status_code == 201
        return made, photo

    def case(self, consent: dict[str, bool] | None = None) -> dict[str, Any]:
        """A case with its photo; its record."""
        made, photo = self.record(consent)
        self.upload(made, photo)
        return made

    def upload(self, record: dict[str, Any], photo: bytes) -> None:
        begun = TusKiosk(self.kiosk).begin(record, photo, Content_Type="application/offset+octet-stream")
        assert begun.status_code == 201, begun.text

    def answer(self) -> None:
        """A worker does the next job."""
        job = self.parts.queue.claim("a worker")
        assert job is not None, "there is nothing to do"
        answers = Answers(self.parts.database, self.parts.clock, self.parts.settling, self.parts.queue)
        assert answers.keep(job, a_prediction())
        self.parts.removals.pay_all()

    def erase(self, record: dict[str, Any]) -> None:
        assert self.kiosk.call("DELETE", f"/v1/cases/{record['id']}").status_code == 200
        self.parts.removals.pay_all()

    def receipt(self, record: dict[str, Any]) -> Any:
        """The receipt for a record that is sent again."""
        return self.kiosk.put(record).json

    def state(self, record: dict[str, Any]) -> str:
        """Its first photo's, as its receipt says."""
        told: str = self.receipt(record)["photos"][0]["state"]
        return told

    def photo(self, record: dict[str, Any]) -> bytes:
        """The stored bytes of a case's photo."""
        file = self.parts.cases.get(self.kiosk.id, record["id"]).photos[0].file
        assert file
        return self.parts.photos.read(file)

    def heard(self, after: int = 0) -> tuple[list[str], int]:
        """The kinds of what the kiosk hears after a cursor, and its cursor then."""
        told = self.kiosk.call("GET", f"/v1/updates?after={after}").json
        return [update["kind"] for update in told["updates"]], told["next"]


@pytest.fixture
def open_home(clock: Any, kiosk: FarKiosk, pictures: Any) -> Iterator[Callable[..., Clinic]]:
    """Starts a server over a home, with the same kiosk."""
    opened = []

    def start(home: Path, database_url: str | None = None) -> Clinic:
        opened.append(create_app(load_settings(home, database_url), clock))
        return Clinic(opened[-1], kiosk, pictures)

    yield start
    for app in opened:
        parts_of(app).database.close()


@pytest.fixture
def clinic(app: Any, kiosk: FarKiosk, pictures: Any) -> Clinic:
    return Clinic(app, kiosk, pictures)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where the server of ``clinic`` lives."""
    return tmp_path / "server"


@pytest.fixture
def backed_up(tmp_path: Path, home: Path, clock: Any, backing: Any, clinic: Clinic) -> Callable[[], Backup]:
    """Makes a backup of ``clinic``."""

    def make() -> Backup:
        return back_up(load_settings(home, backing.database_url), tmp_path, clock)

    return make


@pytest.fixture
def put_back(clock: Any) -> Callable[..., Restored]:
    """Restores an archive into a home."""

    def put(archive: Path, home: Path, newer: Path | None = None, url: str | None = None) -> Restored:
        home.mkdir(exist_ok=True)
        settings, build = load_settings(home, url), lambda found: build_parts(found, clock)
        return restore(archive, settings, build, str(newer) if newer else None)

    return put


@pytest.fixture
def restored(tmp_path: Path, put_back: Any, open_home: Callable[..., Clinic]) -> Callable[..., Clinic]:
    """Restores an archive into a new home, and starts a server there."""

    def make(archive: Path, newer: Path | None = None) -> Clinic:
        put_back(archive, tmp_path / "restored", newer)
        return open_home(tmp_path / "restored")

    return make
