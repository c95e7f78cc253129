"""Whatever was acknowledged is on disk, complete, though the writer was killed in the middle."""

import random
import sqlite3
from contextlib import closing

from device.amendment import Kind
from device.case import State
from device.store import DATABASE_FILE, open_store

KILLS = 20
MOST_ACKNOWLEDGED = 30

WRITE = """
import sys
from pathlib import Path
from device.amendment import Draft, Kind
from device.case import CaseDetails, Origin
from device.store import Judgement, open_store
store = open_store(Path(sys.argv[1]))
photo = Path(sys.argv[2]).read_bytes()
unfinished = store.cases.next_unfinished()
while unfinished:
    store.cases.failed(unfinished.id, "the kiosk was interrupted")
    unfinished = store.cases.next_unfinished()
model = {"name": "probe", "version": "1", "sha256": "ab" * 32}
turn = 0
while True:
    turn += 1
    details = CaseDetails(subject=f"P-{turn}")
    if turn % 2:
        case = store.receive_photo(photo, details)
    else:
        case = store.cases.ask(Origin.BUTTON, details)
        print(case.id, "asked", flush=True)
        case = store.cases.captured(case.id, store.photos.write(case.id, 0, photo))
    print(case.id, "captured", flush=True)
    details = dict.fromkeys(("lesion", "body_site", "age_band", "sex")) | {"subject": f"Q-{turn}"}
    for kind, content in ((Kind.DETAILS, details), (Kind.NOTE, {"text": "Itches."})):
        store.amendments.write(case.id, Draft(f"{kind}-{case.id}", kind, content, "Dr. Ada"))
    store.cases.classified(case.id, Judgement({"model": model, "turn": turn}, "cd" * 32, {}))
    print(case.id, "classified", flush=True)
    if turn % 5 == 0:
        store.erase(case.id)
        print(case.id, "erased", flush=True)
"""

ORDER = ["asked", "captured", "classified", "erased"]


def reached(case):
    """How far the case came; one that the next run gave up had come as far as its photo."""
    if case.state is State.FAILED:
        return "captured" if case.photos else "asked"
    return case.state.value


def test_every_acknowledged_case_is_complete_after_each_kill(home, clock, child, skin_jpeg, tmp_path):
    chance = random.Random(17)
    (tmp_path / "photo.jpg").write_bytes(skin_jpeg)
    acknowledged = {}
    for _ in range(KILLS):
        writer = child.start(WRITE, home, tmp_path / "photo.jpg")
        for _ in range(chance.randint(1, MOST_ACKNOWLEDGED)):
            hear(writer.stdout.readline(), acknowledged)
        writer.kill()
        for line in writer.stdout.read().splitlines(keepends=True):  # said before it died
            hear(line, acknowledged)
        check(home, clock, acknowledged)
    assert len(acknowledged) > KILLS


def hear(line, acknowledged):
    """Remember what a line acknowledges; one cut off by the kill says nothing."""
    if line.endswith("\n"):
        case_id, state = line.split()
        acknowledged[case_id] = state


def check(home, clock, acknowledged):
    """Every acknowledged state is there, every photo is whole, and the database is sound."""
    store = open_store(home, clock=clock)
    cases = {case.id: case for case in store.cases.newest_first(100_000)}
    changes = store.changes.after(0, 100_000)
    erased = {change.case_id for change in changes if change.state == "erased"}
    for case_id, state in acknowledged.items():
        if case_id in cases:
            assert ORDER.index(reached(cases[case_id])) >= ORDER.index(state)
        else:
            assert state in ("classified", "erased"), f"{case_id} was {state} and is lost"
            assert case_id in erased
    for case_id in cases.keys() & {
        case_id for case_id, state in acknowledged.items() if state == "classified"
    }:
        assert [note.content["text"] for note in cases[case_id].notes] == ["Itches."]
    for case in cases.values():
        moved = case.details.subject.startswith("Q-")
        assert moved == (case.latest(Kind.DETAILS) is not None), "the row and its columns, or neither"
        assert case.photos or case.state in (State.ASKED, State.FAILED)
        assert case.prediction or case.state is not State.CLASSIFIED
        for photo in case.photos:
            assert store.photos.read(photo)
    with closing(sqlite3.connect(home / DATABASE_FILE)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    store.finish_erasures()
    assert store.cases.owed_erasures() == ()
    store.close()
