"""A kiosk that is not enrolled owes nothing to anybody, and says so."""

import os
import threading

from device.store import open_store
from device.sync.process import NOT_ENROLLED, SyncProcess


def test_it_says_that_the_kiosk_is_not_enrolled_until_it_is_stopped(home, poll):
    kept = open_store(home)
    process = SyncProcess(home, lambda: open_store(home), os.getpid())
    statuses = []
    thread = threading.Thread(target=lambda: statuses.append(process.run()))
    thread.start()
    health = poll(lambda: kept.processes.get("sync"))
    assert health.alive
    assert health.report == {"enrolled": False, "words": NOT_ENROLLED}
    process.stop()
    thread.join(10)
    assert statuses == [0]
    assert kept.processes.get("sync") is None
    kept.close()
