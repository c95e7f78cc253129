"""At 32 kbit/s: a record with its thumbnail, from the sync story's first byte until the server has it.

By TLS, with a new connection each time, as after hours without one. The short form has a line that is so many
times faster, and counts its time as many times.
"""

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from certificates import make_certificate
from faults.sync_campaign import owe_case
from figure import Figure
from fresh_home import fresh_home
from fresh_server import running_api, server_database
from large_photo import large_photo
from narrow_line import NarrowLine, Narrowness

from device.store import Judgement, Store, open_store
from device.sync.sending import Sending
from device.uplink.enrolment import Enrolment
from device.uplink.uplink import uplink_to
from models.classifier import Classifier
from models.conditions import load_catalogue
from models.examiner import Examiner
from models.finding import Guidance
from models.thumbnail import LARGEST_BYTES, thumbnail
from server import build_parts
from server.config import CONFIG_FILE, load_settings
from server.store.tables import cases

_SHORT_TIMES = 10


def figures(short: bool) -> Iterator[Figure]:
    count, times = (3, _SHORT_TIMES) if short else (20, 1)
    chance = random.Random(5)
    with fresh_home(CONFIG_FILE) as home, tempfile.TemporaryDirectory() as folder:
        certificate, key = make_certificate(Path(folder))
        with running_api(home, "--certificate", str(certificate), "--key", str(key)) as api:
            line = NarrowLine(api.port, Narrowness().faster(times), chance)
            enrolment = _enrol(home, line.port, certificate)
            with _kiosk_that_owes(Path(folder), count) as store:
                spans = [_send_one(home, store, enrolment) * times for _ in range(count)]
            line.close()
    words = f"32 kbit/s, 900 ms, one in five segments twice: record and {LARGEST_BYTES // 1024} KB thumbnail"
    yield Figure(f"{words}, slowest of {count}", max(spans), 15, "s")
    yield Figure("  fastest", min(spans), None, "s")


def _enrol(home: Path, port: int, certificate: Path) -> Enrolment:
    parts = build_parts(load_settings(home))
    kiosk, token = parts.kiosks.enrol(parts.kiosks.add("far away"), None)
    address, receipt_key = f"https://127.0.0.1:{port}", parts.receipts.public_key
    parts.database.close()
    return Enrolment(address, "server", kiosk.id, token, receipt_key, str(certificate))


@contextmanager
def _kiosk_that_owes(folder: Path, count: int) -> Iterator[Store]:
    """Cases with the kiosk's own prediction and a thumbnail as large as it may be."""
    home = folder / "kiosk"
    home.mkdir()
    store, photo = open_store(home), large_photo((1024, 768), 6.0, 85)
    judgement = judged(photo)
    for number in range(count):
        owe_case(store, number, photo, judgement)
    try:
        yield store
    finally:
        store.close()


def judged(photo: bytes) -> Judgement:
    """What the device process would keep of a photo."""
    catalogue = load_catalogue()
    classifier = Classifier.load(catalogue=catalogue, threads=1)
    seen = Examiner(classifier, lambda: Guidance(catalogue.red_flags)).examine(photo)
    small = thumbnail(seen.image).ljust(LARGEST_BYTES, b"\0")
    return Judgement(seen.as_json(), classifier.manifest_sha256, {}, thumbnail=small)


def _send_one(home: Path, store: Store, enrolment: Enrolment) -> float:
    """Seconds from the sync story's first byte until the server has the record."""
    sending, begun = Sending(store, uplink_to(enrolment)), datetime.now(UTC)
    sent = sending.tell_next()
    assert sent, "nothing was owed any more"
    assert not sent.fault, sent.fault
    with server_database(home) as database, database.read() as r:
        newest = r.execute(sa.select(cases.c.received_at).order_by(cases.c.received_at.desc())).scalar()
    return float((newest - begun).total_seconds())
