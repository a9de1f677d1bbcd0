"""The command line: which scenarios, how much of them, where to."""

import argparse
import sys
import time
from pathlib import Path

from rich.console import Console

from config.local.places import LOCAL
from tests.chaos import report
from tests.chaos.scenario import Outcome, Sizes
from tests.chaos.scenarios import SCENARIOS
from tests.chaos.stack import temporary_stack


def main() -> int:
    """Inject, print, write; the exit code: 1 when something does not hold."""
    named = {scenario.name: scenario for scenario in SCENARIOS}
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="Faults on purpose, and what they do.")
    parser.add_argument("--short", action="store_true", help="a little of everything, as in the tests")
    parser.add_argument("--only", action="append", choices=named, help="one scenario; may be given several times")
    parser.add_argument("--output", type=Path, default=LOCAL / "chaos.json", help="the JSON with the numbers")
    arguments = parser.parse_args()
    sizes = Sizes.SHORT if arguments.short else Sizes.FULL
    console = Console(width=None if sys.stdout.isatty() else 200)

    outcomes: list[Outcome] = []
    began = time.monotonic()
    with temporary_stack() as stack:
        for name in arguments.only or named:
            scenario = named[name]
            started = time.monotonic()
            for outcome in scenario.inject(stack, sizes):
                outcomes.append(outcome)
                verdict = "holds" if outcome.holds else "BROKEN"
                console.print(f"  {outcome.fault}: {verdict}", highlight=False, soft_wrap=True)
                for problem in outcome.problems:
                    console.print(f"    {problem}", style="red", highlight=False, soft_wrap=True)
            took = time.monotonic() - started
            console.print(f"{scenario.title}: {took:.0f} s", highlight=False, soft_wrap=True)
    seconds = time.monotonic() - began
    report.show(console, outcomes, seconds=seconds)
    report.write(arguments.output, outcomes, seconds=seconds)
    console.print(f"Written: {arguments.output}", highlight=False, soft_wrap=True)
    return 0 if outcomes and all(outcome.holds for outcome in outcomes) else 1
