"""`make chaos`, or `python -m tests.chaos [--only NAME ...] [--short] [--output FILE]`."""

import signal
import sys

from tests.chaos.run import main

if __name__ == "__main__":
    # An end by SIGTERM ends the servers, as one by Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    sys.exit(main())
