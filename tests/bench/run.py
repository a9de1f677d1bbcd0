"""The command line: which figures, where to."""

import argparse
import signal
import sys
from pathlib import Path

from rich.console import Console

from config.local.places import LOCAL
from tests.bench import activities, batch, memory, refresh, report, single, workers
from tests.bench.databases import BenchDatabaseError, bench_databases
from tests.bench.machine import describe
from tests.bench.sizes import FULL, QUICK
from tests.bench.timing import Figure

PARTS = {
    "batch": batch.measure,
    "single": single.measure,
    "workers": workers.measure,
    "memory": memory.measure,
    "refresh": refresh.measure,
    "refresh-memory": refresh.measure_memory,
    "activities": activities.measure,
}


def main() -> int:
    """Measure, print, write; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Speed, as ratios to bare statements.")
    parser.add_argument("--quick", action="store_true", help="a few rows: shows that it works, and measures nothing")
    parser.add_argument("--only", action="append", choices=PARTS, help="one part; may be given several times")
    parser.add_argument("--output", type=Path, default=LOCAL / "bench", help="folder for the JSON and the Markdown")
    arguments = parser.parse_args()
    sizes = QUICK if arguments.quick else FULL
    console = Console()
    # An end by SIGTERM drops the databases, as one by Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))

    figures: list[Figure] = []
    try:
        with bench_databases() as databases:
            machine = describe(databases.server)
            for name in arguments.only or PARTS:
                for figure in PARTS[name](databases, sizes):
                    figures.append(figure)
                    console.print(f"{figure.title}: {figure.ratio:.2f}", highlight=False, soft_wrap=True)
    except BenchDatabaseError as error:
        console.print(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    report.show(console, figures, machine)
    for path in report.write(arguments.output, figures, machine, sizes):
        console.print(f"Written: {path}", highlight=False, soft_wrap=True)
    return 0
