"""Cases over a bad line: ``python tests/faults/bad_lines.py [--cases 1000] [--seed N]``.

A kiosk's sync process and a server's API, both killed at random, with a proxy between them that resets,
closes, swallows, slows, loses answers and shows a sign-in page. Prints what was met and everything that does
not hold; ends with 1 where something does not.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from faults.sync_campaign import send_over_a_bad_line

from device.camera.folder import SAMPLES


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    photo = sorted(SAMPLES.glob("*.jpg"))[0].read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        outcome = send_over_a_bad_line(Path(folder), options.cases, photo, options.seed)
    print(f"{outcome.cases} cases in {outcome.seconds:.0f} s; kills {dict(outcome.kills)}")
    print(f"connections by what became of them: {outcome.faults}")
    for breach in outcome.breaches:
        print(f"BREACH: {breach}")
    return 1 if outcome.breaches else 0


if __name__ == "__main__":
    sys.exit(main())
