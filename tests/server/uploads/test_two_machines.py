"""Two machines take uploads in: they share database and photos, half-finished uploads only if told to."""

import pytest
from server_backings import on_postgresql
from server_doubles import NO_DOUBTS
from tus_doubles import TusKiosk

from device.wire.receipt import PhotoState
from server import create_app
from server.config import load_settings
from server.parts import parts_of

pytestmark = on_postgresql


@pytest.fixture
def second(backing, clock, tmp_path):
    """Starts another machine's server, with a home of its own and lines for its server.toml."""
    started = []

    def start(toml=""):
        home = tmp_path / "second"
        home.mkdir()
        shared = f"photos.folder = '{tmp_path / 'server' / 'photos'}'\n"
        (home / "server.toml").write_text(NO_DOUBTS + shared + toml)
        started.append(create_app(load_settings(home, backing.database_url), clock))
        return started[-1]

    yield start
    for app in started:
        parts_of(app).database.close()


@pytest.fixture
def there(second, kiosk):
    """The same kiosk, whose calls come to the second machine."""

    def ask(toml=""):
        tus = TusKiosk(kiosk).alone()
        tus.kiosk.client = second(toml).test_client()
        return tus

    return ask


def test_what_was_begun_on_one_machine_cannot_go_on_at_another_and_is_begun_anew(
    tus, there, record, photo, photo_row
):
    path, elsewhere = tus.begun(record), there()
    tus.write(path, 0, photo[:1000])
    answer = elsewhere.write(path, 1000, photo[1000:])
    assert (answer.status_code, "begin a new one" in answer.json["detail"]) == (404, True)
    again = elsewhere.begun(record)
    assert elsewhere.write(again, 0, photo).status_code == 204
    assert photo_row().state is PhotoState.KEPT


def test_a_complete_upload_is_finished_where_its_bytes_are(tus, parts, there, record, photo, photo_row):
    path, elsewhere = tus.begun(record), there()
    upload = parts.uploads.look(tus.kiosk.id, path.rpartition("/")[2])
    for start in range(0, len(photo), 65536):
        upload = parts.uploads._write(upload, photo[start : start + 65536])
    assert elsewhere.ask("HEAD", path).status_code == 404
    for chore in parts_of(elsewhere.kiosk.client.application).chores:
        chore()
    assert photo_row().state is PhotoState.WANTED
    for chore in parts.chores:
        chore()
    assert photo_row().state is PhotoState.KEPT


def test_with_a_shared_folder_any_machine_goes_on(tus, parts, there, record, photo, photo_row, tmp_path):
    path = tus.begun(record)
    elsewhere = there(f"uploads.folder = '{tmp_path / 'server' / 'uploads'}'\n")
    tus.write(path, 0, photo[:1000])
    assert elsewhere.offset(path) == 1000
    assert elsewhere.write(path, 1000, photo[1000:100_000]).status_code == 204
    assert tus.write(path, 100_000, photo[100_000:]).status_code == 204
    assert parts.photos.read(photo_row().file) == photo
