"""However many ask at once, one case comes of it, and nobody meets another's lock."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from device.amendment import Kind
from device.case import CaseDetails, Origin
from device.errors import Busy, Superseded
from device.store import open_store

THREADS = 8
ROUNDS = 12

ASK = """
import sys
from pathlib import Path
from device.case import Origin
from device.errors import Busy
from device.store import open_store
store = open_store(Path(sys.argv[1]))
print("here", flush=True)
for line in sys.stdin:
    try:
        print(store.cases.ask(Origin.PHONE).id, flush=True)
    except Busy:
        print("busy", flush=True)
"""

WRITE = """
import json, sys
from pathlib import Path
from device.amendment import Draft, Kind
from device.errors import Superseded
from device.store import open_store
store = open_store(Path(sys.argv[1]))
print("here", flush=True)
for line in sys.stdin:
    case_id, draft_id, text = json.loads(line)
    try:
        store.amendments.write(case_id, Draft(draft_id, Kind.NOTE, {"text": text}, "Dr. Ada"))
        print("kept", flush=True)
    except Superseded:
        print("superseded", flush=True)
"""


def test_of_eight_threads_that_press_at_once_one_gets_a_case(store):
    barrier = Barrier(THREADS)

    def press(_):
        barrier.wait()
        try:
            return store.cases.ask(Origin.BUTTON).id
        except Busy:
            return None

    with ThreadPoolExecutor(THREADS) as pool:
        for turn in range(ROUNDS):
            asked = [case_id for case_id in pool.map(press, range(THREADS)) if case_id]
            assert len(asked) == 1
            assert store.cases.count() == turn + 1
            store.cases.failed(asked[0], "next")


def test_of_two_processes_that_press_at_once_one_gets_a_case(store, home, child):
    pressing = [child.start(ASK, home) for _ in range(2)]
    for process in pressing:
        assert process.stdout.readline() == "here\n"
    for turn in range(ROUNDS):
        for process in pressing:
            process.stdin.write("press\n")
            process.stdin.flush()
        answers = [process.stdout.readline().strip() for process in pressing]
        assert sorted(answers)[1] == "busy", answers
        assert store.cases.count() == turn + 1
        store.cases.failed(sorted(answers)[0], "next")


@pytest.mark.parametrize("stores", [1, 3])
def test_reading_and_writing_at_once_disturbs_nobody(store, home, clock, skin_jpeg, stores):
    opened = [store, *(open_store(home, clock=clock) for _ in range(stores - 1))]

    def work(number):
        own = opened[number % stores]
        kept = []
        for turn in range(6):
            case = own.receive_photo(skin_jpeg, CaseDetails(subject=f"P-{number}"))
            own.processes.beat(f"process-{number}", number, {"turn": turn})
            own.cases.failed(case.id, "done")
            kept.append(own.cases.get(case.id))
            own.cases.newest_first(5)
            own.changes.after(0)
        return kept

    with ThreadPoolExecutor(THREADS) as pool:
        kept = [case for cases in pool.map(work, range(THREADS)) for case in cases]
    assert store.cases.count() == THREADS * 6
    assert sorted(kept, key=lambda case: -case.number) == list(store.cases.newest_first(1000))
    assert len({case.photos[0].file for case in kept}) == THREADS * 6
    for own in opened[1:]:
        own.close()


@pytest.fixture
def two_writers(home, clock):
    """Writes two drafts at once, each by a store of its own; says of each whether it was kept."""
    stores = [open_store(home, clock=clock) for _ in range(2)]
    barrier = Barrier(2)

    def write(case_id, drafts):
        def write_one(number):
            barrier.wait()
            try:
                stores[number].amendments.write(case_id, drafts[number])
            except Superseded:
                return False
            return True

        return list(pool.map(write_one, range(2)))

    with ThreadPoolExecutor(2) as pool:
        yield write
    for opened in stores:
        opened.close()


@pytest.mark.parametrize("kind", [Kind.DIAGNOSIS, Kind.DETAILS, Kind.CONSENT])
def test_of_two_who_replace_the_same_thing_at_once_one_wins(store, take, draft, two_writers, kind):
    case, latest = take("classified"), None
    for turn in range(ROUNDS):
        drafts = [draft(kind, by, latest, **said(kind, f"{by} {turn}")) for by in ("Dr. Ada", "Nurse Bo")]
        kept = two_writers(case.id, drafts)
        assert sorted(kept) == [False, True]
        winner = drafts[kept.index(True)]
        after = store.cases.get(case.id)
        latest = after.latest(kind).id
        assert (latest, len(after.amendments)) == (winner.id, turn + 1)
        if kind is Kind.DETAILS:
            assert after.details.subject == winner.content["subject"], "the columns are the winner's too"


def said(kind, words):
    """Something that an amendment of this kind may say, so that two differ."""
    if kind is Kind.CONSENT:
        return {"review": "Ada" in words}
    return {"subject" if kind is Kind.DETAILS else "text": words}


def test_of_two_who_replace_the_same_note_at_once_one_wins(store, take, draft, two_writers):
    case = take("classified")
    for turn in range(ROUNDS):
        note = draft("note", text=f"{turn}")
        store.amendments.write(case.id, note)
        drafts = [draft("note", by, note.id, text=f"{by} {turn}") for by in ("Dr. Ada", "Nurse Bo")]
        kept = two_writers(case.id, drafts)
        assert sorted(kept) == [False, True]
        assert store.cases.get(case.id).notes[-1].id == drafts[kept.index(True)].id
        assert len(store.cases.get(case.id).notes) == turn + 1


def test_two_notes_written_at_once_are_both_kept(store, take, draft, two_writers):
    case = take("classified")
    for turn in range(ROUNDS):
        drafts = [draft("note", by, text=f"{by} {turn}") for by in ("Dr. Ada", "Nurse Bo")]
        assert two_writers(case.id, drafts) == [True, True]
        assert {note.id for note in store.cases.get(case.id).notes[-2:]} == {one.id for one in drafts}


def test_two_who_replace_whatever_there_is_at_once_are_both_kept(store, take, draft, two_writers):
    case = take("classified")
    for turn in range(ROUNDS):
        drafts = [replace(draft("consent", by), replaces_any=True) for by in ("Dr. Ada", "Nurse Bo")]
        assert two_writers(case.id, drafts) == [True, True]
        kept = store.cases.get(case.id).amendments
        assert len(kept) == 2 * turn + 2
        assert [a.replaces for a in kept] == [None, *(a.id for a in kept[:-1])]


def test_one_draft_sent_through_two_stores_at_once_is_kept_once(store, take, draft, two_writers):
    case = take("classified")
    for turn in range(ROUNDS):
        sent = draft("note", text=f"{turn}")
        assert two_writers(case.id, [sent, sent]) == [True, True]
        assert len(store.cases.get(case.id).amendments) == turn + 1


def test_one_draft_sent_through_two_processes_at_once_is_kept_once(store, take, home, child):
    case = take("classified")
    writing = [child.start(WRITE, home) for _ in range(2)]
    for process in writing:
        assert process.stdout.readline() == "here\n"
    for turn in range(ROUNDS):
        assert tell(writing, case.id, f"draft-{turn}", ["Itches.", "Itches."]) == ["kept", "kept"]
        assert len(store.cases.get(case.id).amendments) == 2 * turn + 1
        told = tell(writing, case.id, f"other-{turn}", ["Itches.", "Bleeds."])
        assert sorted(told) == ["kept", "superseded"]
        assert len(store.cases.get(case.id).amendments) == 2 * turn + 2


def tell(writing, case_id, draft_id, texts):
    """Let each process write its text as the same draft; their answers."""
    for process, text in zip(writing, texts, strict=True):
        process.stdin.write(json.dumps([case_id, draft_id, text]) + "\n")
        process.stdin.flush()
    return [process.stdout.readline().strip() for process in writing]
