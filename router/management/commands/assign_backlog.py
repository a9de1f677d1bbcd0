"""`manage.py assign_backlog`: assigns all waiting leads; it can be stopped and restarted at any point."""

import argparse
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

from router.assignment.service import BATCH_SIZE, LeadAssignmentService
from router.models import LeadAssignmentLog
from router.snapshot.routable import waiting_lead_ids

_STOPPED = 130
"""Exit code of a command that was interrupted."""


class Command(BaseCommand):
    """Assign the oldest leads first, in a transaction for each batch, and report after each."""

    help = (
        "Assign every lead that waits for a partner, oldest first. Ctrl-C stops after the batch in work; a kill undoes "
        "that batch alone. The same command goes on where it stopped."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--limit", type=_positive, help="at most so many leads, the oldest (all)")
        parser.add_argument(
            "--batch-size", type=_positive, default=BATCH_SIZE, help=f"leads in one transaction ({BATCH_SIZE})"
        )

    def handle(self, *args: Any, limit: int | None, batch_size: int, **options: Any) -> None:
        service = LeadAssignmentService(batch_size=batch_size)
        waiting = waiting_lead_ids(limit=limit)
        outcomes: Counter[str] = Counter()
        started = time.perf_counter()
        done = 0
        with _stop_on_signal() as stop, _progress(len(waiting)) as show:
            while done < len(waiting) and not stop:
                # Decisions are dropped after each batch.
                batch = waiting[done : done + batch_size]
                try:
                    decisions = service.assign(
                        batch,
                        trigger=LeadAssignmentLog.Trigger.ADMIN.value,
                        actor="command:assign_backlog",
                        skip_missing=True,
                    )
                except DatabaseError as error:
                    raise CommandError(f"After {done:,} leads: {error}") from error
                outcomes.update(decision.outcome for decision in decisions)
                done += len(batch)
                show(done)
        took = time.perf_counter() - started
        parts = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(outcomes.items())) or "none waits"
        self.stdout.write(f"{done:,} of {len(waiting):,} leads in {took:,.1f} s: {parts}")
        if stop:
            self.stderr.write("Stopped. The same command goes on from here.")
            raise SystemExit(_STOPPED)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of leads, 1 or more")
    return int(text)


@contextmanager
def _stop_on_signal() -> Iterator[list[int]]:
    """Yield a list that stays empty until the process is asked to end."""
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _progress(total: int) -> Iterator[Any]:
    """Show progress: a bar on a terminal, a line for each batch elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done: console.print(f"{done:,} of {total:,}", highlight=False)
        return
    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("Assigning leads", total=total)
        yield lambda done: bar.update(task, completed=done)
