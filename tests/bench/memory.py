"""How much memory the three processes take together.

PSS divides a page among all processes of the computer that share it. Beside another kiosk, or a
test run, the same kiosk so seems smaller: the second figure counts as if nothing else ran.
"""

import time
from collections.abc import Iterator

from figure import Figure
from fresh_kiosk import fresh_kiosk, open_page
from kernel import processes, shared_out_bytes, together_bytes

PRESSES = 100
MOST_MEGABYTES = 180
_REST_SECONDS = 6.0  # longer than a beat, at which processes may give memory back


def figures(short: bool) -> Iterator[Figure]:
    """PSS after presses, idle; the short form is the whole one."""
    with fresh_kiosk() as kiosk:
        with open_page(kiosk) as stream:
            for _ in range(PRESSES):
                stream.wait_for(kiosk.press())
        time.sleep(_REST_SECONDS)
        found = processes(kiosk)
        sizes = {name: shared_out_bytes(pid) / 1e6 for name, pid in found.items()}
        together = together_bytes(found.values()) / 1e6
    words = f"memory of the three processes after {PRESSES} presses"
    yield Figure(f"{words} (PSS)", sum(sizes.values()), MOST_MEGABYTES, "MB")
    yield Figure(f"  {words}, if nothing else ran", together, None, "MB")
    for name, size in sizes.items():
        yield Figure(f"  of which {name}", size, None, "MB")
