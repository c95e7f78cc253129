"""However many ask at once, one case comes of it, and nobody meets another's lock."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from device.case import CaseDetails, Origin
from device.errors import Busy
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
            own.cases.changes_after(0)
        return kept

    with ThreadPoolExecutor(THREADS) as pool:
        kept = [case for cases in pool.map(work, range(THREADS)) for case in cases]
    assert store.cases.count() == THREADS * 6
    assert sorted(kept, key=lambda case: -case.number) == list(store.cases.newest_first(1000))
    assert len({case.photos[0].file for case in kept}) == THREADS * 6
    for own in opened[1:]:
        own.close()
