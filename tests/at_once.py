"""Calls that begin in the same moment, each in a thread of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")

LONGEST_SECONDS = 120


def at_once(*calls: Callable[[], Result]) -> list[Result]:
    """The calls' results, in order; the first fault that one raised."""
    ready = threading.Barrier(len(calls))

    def call(what: Callable[[], Result]) -> Result:
        ready.wait(LONGEST_SECONDS)
        return what()

    with ThreadPoolExecutor(len(calls)) as threads:
        running = [threads.submit(call, what) for what in calls]
        return [each.result(LONGEST_SECONDS) for each in running]
