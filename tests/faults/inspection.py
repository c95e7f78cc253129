"""What has to hold in the home of a kiosk after the kills; every breach is a sentence."""

import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from faults.clients import CUT_OFF, Ledger, sample_photos
from faults.lasting_stream import LastingStream
from running_kiosk import FINAL_STATES

from device.store import DATABASE_FILE, PHOTO_FOLDER

NEVER_TAKEN = "the kiosk was interrupted before the photo was taken: press again"
_DATABASE_FILES = {DATABASE_FILE + suffix for suffix in ("", "-wal", "-shm")}
_OF_HOME = {*_DATABASE_FILES, PHOTO_FOLDER, "run", "ballast", "run.lock", "device.lock", "stderr.log"}
_OF_RUN = {"panel.json", "watch"}

Row = dict[str, Any]


class KeptHome:
    """Everything a kiosk has kept, read past its own code."""

    def __init__(self, home: Path) -> None:
        self.home = home
        connection = sqlite3.connect(f"file:{home / DATABASE_FILE}?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row

        def rows(sql: str) -> list[Row]:
            return [dict(row) for row in connection.execute(sql)]

        self.cases = {row["id"]: row for row in rows("SELECT * FROM cases")}
        self.photos = _by_case(rows("SELECT * FROM photos"))
        self.predictions = _by_case(rows("SELECT * FROM predictions"))
        self.changes = _by_case(rows("SELECT * FROM changes ORDER BY number"))
        self.pins_waiting = rows("SELECT * FROM pin_presses WHERE done = 0")
        self.complaints = [
            *(row for row in rows("PRAGMA integrity_check") if row != {"integrity_check": "ok"}),
            *rows("PRAGMA foreign_key_check"),
        ]
        connection.close()

    def named_photos(self) -> set[str]:
        """The files that rows name."""
        return {photo["file"] for photos in self.photos.values() for photo in photos}

    def photo_files(self) -> set[str]:
        """The files that there are, unfinished ones included."""
        folder = self.home / PHOTO_FOLDER
        return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}

    def states(self) -> Counter[tuple[str, str]]:
        """(origin, state) to how many cases."""
        return Counter((case["origin"], case["state"]) for case in self.cases.values())

    def reasons(self) -> Counter[tuple[str, str]]:
        """(origin, reason) of the failed cases to how many."""
        failed = [case for case in self.cases.values() if case["state"] == "failed"]
        return Counter((case["origin"], case["reason"]) for case in failed)


def breaches(kept: KeptHome, ledger: Ledger, streams: list[LastingStream]) -> Iterator[str]:
    """Everything that does not hold."""
    yield from (f"the database complains: {complaint}" for complaint in kept.complaints)
    yield from (f"a press of the pin was never made: {pin}" for pin in kept.pins_waiting)
    yield from _lost(kept, ledger)
    yield from _unexplained(kept, ledger)
    for case in kept.cases.values():
        yield from (f"case {case['id']} ({case['origin']}): {words}" for words in _faults(kept, case, ledger))
    yield from _left_behind(kept)
    acknowledged = {*ledger.presses, *ledger.uploads}
    for stream in streams:
        yield from _untold(stream, acknowledged, kept)
    yield from _odd_answers(ledger)


def _lost(kept: KeptHome, ledger: Ledger) -> Iterator[str]:
    acknowledged = Counter([*ledger.presses, *ledger.uploads])
    yield from (f"{case_id} was acknowledged {n} times" for case_id, n in acknowledged.items() if n != 1)
    yield from (
        f"{case_id} was acknowledged and is gone" for case_id in acknowledged.keys() - kept.cases.keys()
    )


def _unexplained(kept: KeptHome, ledger: Ledger) -> Iterator[str]:
    """Cases that nobody was told of: at most as many as requests whose answer was cut off."""
    acknowledged = {*ledger.presses, *ledger.uploads}
    untold = Counter(case["origin"] for case_id, case in kept.cases.items() if case_id not in acknowledged)
    allowed = {
        "phone": ledger.count("press", CUT_OFF),
        "upload": ledger.count("upload", CUT_OFF),
        "button": ledger.count("pin", CUT_OFF, "acknowledged"),
    }
    for origin, count in untold.items():
        if count > allowed[origin]:
            yield f"{count} cases by {origin} that nobody was told of, {allowed[origin]} can be explained"


def _faults(kept: KeptHome, case: Row, ledger: Ledger) -> Iterator[str]:
    photos, predictions = kept.photos[case["id"]], kept.predictions[case["id"]]
    if case["state"] not in FINAL_STATES:
        yield f"it was never finished: {case['state']}"
    if case["state"] == "failed":
        if case["reason"] != NEVER_TAKEN or case["origin"] == "upload" or photos:
            yield f"it failed: {case['reason']}"
    elif [photo["number"] for photo in photos] != [0]:
        yield f"it has {len(photos)} photos"
    if len(predictions) != (case["state"] == "classified"):
        yield f"it is {case['state']} with {len(predictions)} predictions"
    for photo in photos:
        yield from _photo_faults(kept, photo, _possible_photos(case, ledger))
        yield from _prediction_faults(predictions, photo)
    told = [change["state"] for change in kept.changes[case["id"]]]
    if told != _expected_changes(case, bool(photos)):
        yield f"its changes are {told}"


def _expected_changes(case: Row, has_photo: bool) -> list[str]:
    asked = [] if case["origin"] == "upload" else ["asked"]
    return [*asked, *(["captured"] if has_photo else []), case["state"]]


def _possible_photos(case: Row, ledger: Ledger) -> set[str]:
    """SHA-256 of what the case may show: the camera takes samples, an upload is what was sent."""
    if case["origin"] != "upload":
        return _samples()
    return {ledger.uploads[case["id"]]} if case["id"] in ledger.uploads else ledger.sent


def _photo_faults(kept: KeptHome, photo: Row, possible: set[str]) -> Iterator[str]:
    path = kept.home / PHOTO_FOLDER / photo["file"]
    if not path.exists():
        yield "its photo's file is gone"
        return
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != photo["sha256"] or len(content) != photo["size_bytes"]:
        yield "its photo's file is not what the row says"
    if sha256 not in possible:
        yield "its photo is not the one that was sent or taken"
    if cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) is None:
        yield "its photo does not decode"


def _prediction_faults(predictions: list[Row], photo: Row) -> Iterator[str]:
    for row in predictions:
        prediction = json.loads(row["prediction"])
        if prediction["sha256"] != photo["sha256"] or row["photo_number"] != photo["number"]:
            yield "its prediction is of another photo"
        if abs(sum(candidate["score"] for candidate in prediction["candidates"]) - 1) > 1e-6:
            yield "its prediction is not whole"


def _left_behind(kept: KeptHome) -> Iterator[str]:
    """Files that belong to nothing."""
    if len(kept.named_photos()) != sum(map(len, kept.photos.values())):
        yield "two cases name one photo"
    yield from (f"{file} belongs to no case" for file in sorted(kept.photo_files() - kept.named_photos()))
    yield from (f"{name} was left in the home" for name in sorted(_names(kept.home) - _OF_HOME))
    yield from (f"{name} was left in run" for name in sorted(_names(kept.home / "run") - _OF_RUN))


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _untold(stream: LastingStream, acknowledged: set[str], kept: KeptHome) -> Iterator[str]:
    if stream.numbers != sorted(set(stream.numbers)):
        yield "a stream told a change twice or out of order"
    for case_id in acknowledged & kept.cases.keys():
        told = stream.finals.get(case_id, [])
        if told != [kept.cases[case_id]["state"]]:
            yield f"a stream told of {case_id}: {told}"


def _odd_answers(ledger: Ledger) -> Iterator[str]:
    """Refusals are 409 or 503 with a reason."""
    for (asked, outcome), count in ledger.answers.items():
        refused = outcome.startswith(("refused with 409: ", "refused with 503: ")) and "None" not in outcome
        if not refused and outcome not in ("acknowledged", "not reached", CUT_OFF):
            yield f"{asked} was {outcome} ({count} times)"


@cache
def _samples() -> set[str]:
    return {photo.kept_sha256 for photo in sample_photos()}


def _by_case(rows: list[Row]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["case_id"]].append(row)
    return found
