"""``kill -9`` at random moments: ``python tests/faults/kills.py [--kills 200] [--seed N] [--home DIR]``.

Kills processes of one running kiosk while presses and uploads go on, lets it recover,
and prints what was acknowledged, what each kill cost, and everything that does not hold.
Ends with 1 where something does not.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from faults.campaign import Outcome, attack
from faults.killer import Kill


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path, help="an empty folder that is kept, to look at afterwards")
    options = parser.parse_args()
    if options.home and options.home.exists() and any(options.home.iterdir()):
        parser.error(f"{options.home} is not empty: name a new folder")
    with tempfile.TemporaryDirectory() as temporary:
        outcome = attack(options.home or Path(temporary) / "home", options.kills, options.seed)
    print("\n".join(report(outcome)))
    return 1 if outcome.breaches else 0


def report(outcome: Outcome) -> Iterator[str]:
    """The table."""
    yield f"{'killed':<20}{'kills':>7}{'median s':>10}{'worst s':>10}   of those while away: kills, worst s"
    for role in sorted({kill.victim.role for kill in outcome.kills}):
        yield _row(role, [kill for kill in outcome.kills if kill.victim.role == role])
    yield _row("all", outcome.kills)
    for (asked, answer), count in sorted(outcome.ledger.answers.items()):
        yield f"{asked:<20}{count:>7}  {answer}"
    for (origin, state), count in sorted(outcome.kept.states().items()):
        yield f"cases by {origin:<11}{count:>7}  {state}"
    for (origin, reason), count in sorted(outcome.kept.reasons().items()):
        yield f"failed by {origin:<10}{count:>7}  {reason}"
    yield f"{'connections':<20}{'':>7}  {outcome.connections} of the event streams"
    yield f"{'orphans':<20}{len(outcome.orphans):>7}  files of interrupted photos, removed by two looks"
    yield from (f"DOES NOT HOLD: {breach}" for breach in outcome.breaches)


def _row(role: str, kills: list[Kill]) -> str:
    """Times of kills that met a part at work; one that was away already is listed apart."""
    first = [kill.away_seconds for kill in kills if not kill.while_away] or [0.0]
    again = [kill.away_seconds for kill in kills if kill.while_away]
    times = f"{statistics.median(first):>10.2f}{max(first):>10.2f}"
    return f"{role:<20}{len(kills):>7}{times}   {len(again)}, {max(again, default=0.0):.2f}"


if __name__ == "__main__":
    sys.exit(main())
