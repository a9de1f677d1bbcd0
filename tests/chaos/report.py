"""The outcomes as a table for the terminal and as JSON."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.chaos.scenario import Outcome

HEADINGS = (
    *("fault", "times", "leads", "lost", "doubled", "caps exceeded"),
    *("no record", "two records", "counters wrong", "longest wait", "note"),
)


def show(console: Console, outcomes: Sequence[Outcome], *, seconds: float) -> None:
    """Print everything."""
    table = Table(HEADINGS[0], title=f"Faults, and what they did; {len(outcomes)} kinds in {seconds:.0f} seconds")
    for heading in HEADINGS[1:-1]:
        table.add_column(heading, justify="right")
    table.add_column(HEADINGS[-1])
    for outcome in outcomes:
        table.add_row(*cells(outcome), style=None if outcome.holds else "bold red")
    console.print(table)


def write(file: Path, outcomes: Sequence[Outcome], *, seconds: float) -> None:
    """Write the JSON."""
    file.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "seconds": round(seconds, 1),
        "holds": all(outcome.holds for outcome in outcomes),
        "outcomes": [asdict(outcome) for outcome in outcomes],
    }
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def cells(outcome: Outcome) -> tuple[str, ...]:
    """One row of the table, in the order of `HEADINGS`."""
    found, wait = outcome.found, outcome.longest_wait_seconds
    numbers = (
        outcome.injected,
        found.leads,
        found.lost,
        found.doubled,
        found.caps_exceeded,
        found.unrecorded,
        found.recorded_twice,
        found.miscounted,
    )
    return (
        outcome.fault,
        *(f"{number:,}" for number in numbers),
        "" if wait is None else f"{wait:.1f} s",
        outcome.note,
    )
