"""Over a real port: a foreign client's uploads, and connections that break in mid-body."""

import http.client
import io
import json
import socket

import pytest
from server_doubles import FarKiosk, a_record
from tus_doubles import MEDIA_TYPE, TusKiosk, checksum
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from server import create_app
from server.config import load_settings
from server.parts import parts_of

PIECE = 65536

SERVER = """
import sys
from pathlib import Path
from gunicorn.app.base import BaseApplication
from server import create_app
from server.config import load_settings

class Server(BaseApplication):
    def load_config(self):
        self.cfg.set("bind", "127.0.0.1:0")
        self.cfg.set("worker_class", "gthread")
        self.cfg.set("threads", 4)
        self.cfg.set("post_worker_init", lambda worker: print(worker.sockets[0].getsockname()[1], flush=True))

    def load(self):
        return create_app(load_settings(Path(sys.argv[1])))

Server().run()
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("far") / "server"


@pytest.fixture(scope="module")
def beside(home):
    """A second process's view of the same home: it enrols the kiosk and looks at what is kept."""
    app = create_app(load_settings(home))
    yield app
    parts_of(app).database.close()


@pytest.fixture(scope="module")
def port(beside, home, module_child):
    started = module_child.start(SERVER, home)
    yield int(started.stdout.readline())
    started.terminate()
    started.wait(10)


@pytest.fixture(scope="module")
def kiosk(beside):
    code = parts_of(beside).kiosks.add("bar")
    answer = beside.test_client().post("/v1/enrolments", json={"code": code})
    return FarKiosk(beside.test_client(), answer.json["token"], answer.json["kiosk"])


@pytest.fixture
def record(kiosk, photo):
    made = a_record(photo)
    assert kiosk.put(made).status_code == 201
    return made


@pytest.fixture
def kept(beside, record):
    """Asks for the bytes that are kept of the record's photo, None where none are."""

    def bytes_of():
        row = parts_of(beside).cases.get(None, record["id"]).photos[0]
        return row.file and parts_of(beside).photos.read(row.file)

    return bytes_of


@pytest.fixture
def tuspy(port, kiosk):
    return TusClient(f"http://127.0.0.1:{port}/v1/uploads/", {"Authorization": f"Bearer {kiosk.token}"})


def said(record):
    return {"case": record["id"], "photo": "0", "sha256": record["photos"][0]["sha256"]}


@pytest.mark.parametrize("chunk_bytes", [10_000_000, 65_536, 50_001])
@pytest.mark.parametrize("with_checksum", [False, True])
def test_tuspy_brings_a_photo(tuspy, record, photo, kept, chunk_bytes, with_checksum):
    uploader = tuspy.uploader(
        file_stream=io.BytesIO(photo),
        chunk_size=chunk_bytes,
        metadata=said(record),
        upload_checksum=with_checksum,
    )
    uploader.upload()
    assert kept() == photo


def test_tuspy_goes_on_where_another_run_stopped(tuspy, record, photo, kept):
    first = tuspy.uploader(file_stream=io.BytesIO(photo), chunk_size=50_000, metadata=said(record))
    first.upload_chunk()
    later = tuspy.uploader(file_stream=io.BytesIO(photo), chunk_size=50_000, url=first.url)
    assert later.offset == 50_000
    later.upload()
    assert kept() == photo


def test_tuspy_with_its_empty_metadata_is_told_what_is_missing(tuspy, photo):
    with pytest.raises(TusCommunicationError) as refused:
        tuspy.uploader(file_stream=io.BytesIO(photo)).upload()
    assert refused.value.status_code == 400
    assert "case, photo, sha256" in json.loads(refused.value.response_content)["detail"]


@pytest.fixture
def begun(kiosk, record):
    """An upload's path, begun in the process beside the server."""
    return TusKiosk(kiosk).begun(record)


def send_and_break(port, kiosk, path, content, length, **headers):
    """PATCH, close the sending side behind ``content``, and read what the server says to that."""
    said = {
        "Host": "kiosk",
        "Authorization": f"Bearer {kiosk.token}",
        "Tus-Resumable": "1.0.0",
        "Content-Type": MEDIA_TYPE,
        "Upload-Offset": "0",
        "Content-Length": str(length),
    } | headers
    lines = [f"PATCH {path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items() if value)]
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
        line.shutdown(socket.SHUT_WR)
        answer = http.client.HTTPResponse(line, method="PATCH")
        answer.begin()
        return answer.status


def test_what_was_durable_when_a_connection_broke_stays_and_head_tells_it(port, kiosk, begun, photo, kept):
    tus = TusKiosk(kiosk)
    assert send_and_break(port, kiosk, begun, photo[:100_000], len(photo)) == 408
    offset = tus.offset(begun)
    assert 100_000 - PIECE <= offset <= 100_000
    tus.write(begun, offset, photo[offset:])
    assert kept() == photo


def test_of_a_body_with_a_checksum_that_breaks_off_nothing_stays(port, kiosk, begun, photo):
    broken = {"Upload-Checksum": checksum(photo)}
    assert send_and_break(port, kiosk, begun, photo[:100_000], len(photo), **broken) == 408
    assert TusKiosk(kiosk).offset(begun) == 0


@pytest.mark.parametrize(
    ("tail", "status"),
    [(b"0\r\n\r\n", 204), (b"", 408), (b"nonsense\r\n", 400)],
    ids=["that ends", "that breaks off", "that is cut up wrongly"],
)
def test_a_chunked_body_is_read_piece_by_piece_too(port, kiosk, begun, photo, tail, status):
    content = b"".join(b"%x\r\n%b\r\n" % (PIECE, photo[at : at + PIECE]) for at in (0, PIECE)) + tail
    chunked = {"Content-Length": "", "Transfer-Encoding": "chunked"}
    assert send_and_break(port, kiosk, begun, content, 0, **chunked) == status
    assert TusKiosk(kiosk).offset(begun) in ((2 * PIECE,) if status == 204 else (PIECE, 2 * PIECE))


def test_a_chunked_body_beyond_the_length_is_413(port, kiosk, begun, photo):
    body = photo + bytes(PIECE)
    content = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    chunked = {"Content-Length": "", "Transfer-Encoding": "chunked"}
    assert send_and_break(port, kiosk, begun, content, 0, **chunked) == 413
    assert TusKiosk(kiosk).offset(begun) == len(photo) // PIECE * PIECE


def test_an_overridden_head_leaves_the_connection_in_order(port, kiosk, begun, record):
    """Its answer has no body though the client does not know that it asked with HEAD."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    usual = {"Authorization": f"Bearer {kiosk.token}", "Tus-Resumable": "1.0.0"}
    for path, status in ((begun, 200), ("/v1/uploads/never", 404), (begun, 200)):
        line.request("POST", path, headers=usual | {"X-HTTP-Method-Override": "HEAD"})
        answer = line.getresponse()
        assert (answer.status, answer.read()) == (status, b"")
    line.close()


def test_a_client_that_sends_much_to_the_wrong_place_can_read_why(port, kiosk, begun):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    usual = {"Authorization": f"Bearer {kiosk.token}", "Tus-Resumable": "1.0.0", "Content-Type": MEDIA_TYPE}
    for offset, status in (("5", 409), ("0", 413)):
        line.request("PATCH", begun, bytes(10_000_000), usual | {"Upload-Offset": offset})
        answer = line.getresponse()
        assert (answer.status, answer.read() != b"") == (status, True)
    line.close()
