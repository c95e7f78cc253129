"""The kiosk's figures, measured in one run: ``python tests/bench/kiosk_bench.py [--short] [--json]``.

``--only TOPIC...`` measures some of them. Prints a row a figure with its bound, and ends with 1
where a bound does not hold. These machines are noisy: compare ratios, and name the machine beside
absolute figures.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from figure import Figure

TOPICS = ("memory", "start", "press", "live", "load", "size", "endurance", "model", "learning")
"""Each a module with ``figures(short)``, imported at its turn: what loads OpenCV here comes late,
for the kiosk's processes would share its pages with this one."""


def measure(topics: Sequence[str], short: bool) -> Iterator[tuple[str, Figure]]:
    """The figures of the topics as they come."""
    for topic in topics:
        for figure in import_module(topic).figures(short):
            yield topic, figure


def _options(topics: Sequence[str], description: str | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--short", action="store_true", help="the form that runs with the tests")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", nargs="+", choices=topics, default=topics, metavar="TOPIC")
    return parser.parse_args()


def main(topics: Sequence[str] = TOPICS, description: str | None = __doc__) -> int:
    """Measure what the command line asks for of ``topics``, in their order; the exit status."""
    options = _options(topics, description)
    wanted = [topic for topic in topics if topic in options.only]
    rows, all_hold = [], True
    for topic, figure in measure(wanted, options.short):
        all_hold = all_hold and figure.holds
        rows.append({"topic": topic} | asdict(figure) | {"holds": figure.holds})
        if not options.json:
            print(figure, flush=True)
    if options.json:
        print(json.dumps(rows))
    return 0 if all_hold else 1


if __name__ == "__main__":
    sys.exit(main())
