"""The server's figures: ``python tests/bench/server_bench.py [--short] [--json] [--only TOPIC...]``.

Prints a row a figure with its bound, and ends with 1 where a bound does not hold. Kiosks, line and server
share this machine's cores. ``SKIN_KIOSK_BENCH_MODEL`` names another manifest in place of VGG16's.
"""

import sys

from kiosk_bench import main

TOPICS = ("server_rate", "server_burst", "server_slow_line", "server_opinion", "drain", "scale")

if __name__ == "__main__":
    sys.exit(main(TOPICS, __doc__))
