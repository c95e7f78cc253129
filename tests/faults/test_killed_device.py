"""A device process killed at any instant: what was acknowledged is finished, once, with its photo whole."""

import random
import subprocess
import sys
import time

import cv2
import numpy as np
import pytest

from device.case import Origin
from device.errors import Busy
from device.store import open_store

KILLS = 8
PATIENCE_SECONDS = 30.0


@pytest.fixture
def start(home):
    """Starts a real device process with simulated hardware; ends it with the test."""
    running = []

    def begin():
        command = [sys.executable, "-m", "device.cli", "--home", str(home), "run", "device", "--simulate"]
        running.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def kept(home):
    store = open_store(home)
    yield store
    store.close()


def press_until(kept, answer):
    """Press as often as presses are taken until ``answer``; the ids that were acknowledged."""
    acknowledged = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not answer():
        assert time.monotonic() < deadline, "the device process did not come up"
        try:
            acknowledged.append(kept.cases.ask(Origin.PHONE).id)
        except Busy:
            time.sleep(0.002)
    return acknowledged


def test_presses_survive_a_process_that_is_killed_again_and_again(start, kept):
    chance = random.Random(20)
    acknowledged = []
    for _ in range(KILLS):
        process = start()
        wanted = len(finals(kept)) + chance.randrange(1, 4)  # die some moment after so many were finished
        acknowledged += press_until(kept, lambda wanted=wanted: len(finals(kept)) >= wanted)
        die_at = time.monotonic() + chance.uniform(0, 0.12)
        acknowledged += press_until(kept, lambda die_at=die_at: time.monotonic() >= die_at)
        process.kill()
        process.wait()
    start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while kept.cases.next_unfinished() is not None:
        assert time.monotonic() < deadline, "a case was never finished"
        time.sleep(0.01)

    assert len(acknowledged) == len(set(acknowledged)) == kept.cases.count()
    assert len(acknowledged) >= KILLS
    assert sorted(finals(kept)) == sorted(acknowledged), "each is finished, and exactly once"
    for case_id in acknowledged:
        case = kept.cases.get(case_id)
        assert case.state.is_final
        assert (case.prediction is None) is (case.state != "classified")
        for photo in case.photos:
            whole = np.frombuffer(kept.photos.read(photo), np.uint8)
            assert cv2.imdecode(whole, cv2.IMREAD_COLOR) is not None
    assert sum(kept.cases.get(case_id).state == "classified" for case_id in acknowledged) >= KILLS


def finals(kept):
    """The ids of the cases that entered a final state, once for each time that they did."""
    changes, after = [], 0
    while page := kept.changes.after(after):
        changes += page
        after = page[-1].number
    return [change.case_id for change in changes if change.state in ("classified", "retake", "failed")]
