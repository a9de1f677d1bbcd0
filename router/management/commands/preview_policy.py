"""`manage.py preview_policy --days 30 --set performance_weight=70`: previews a draft of the policy."""

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from router.policies.queries import PolicyError
from router.preview import MOST_DAYS, Estimate, OnProgress, Outcome, PolicyComparison, preview_policy

_MOST_PARTNERS = 15
_WIDTH = 100
"""Width if the terminal does not report one."""


class Command(BaseCommand):
    """Run one preview of the given settings and days, and print its result as tables."""

    help = (
        "Hand the leads of the last days out once more, under the active policy and under a draft, and show what "
        "changes. Nothing is written."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=30, help=f"how many days back, at most {MOST_DAYS} (30)")
        parser.add_argument(
            "--set",
            dest="changes",
            metavar="NAME=VALUE",
            action="append",
            type=_setting,
            default=[],
            help="a setting of the policy that the draft changes; may be given several times",
        )
        parser.add_argument("--json", action="store_true", help="the whole answer as JSON")

    def handle(self, *args: Any, days: int, changes: list[tuple[str, str]], **options: Any) -> None:
        try:
            with _progress() as show:
                comparison = preview_policy(values=dict(changes), days=days, limit=None, on_progress=show)
        except PolicyError as error:
            lines = [f"{name}: {' '.join(texts)}" for name, texts in error.errors.items()]
            raise CommandError("\n".join(lines)) from error
        if options["json"]:
            self.stdout.write(json.dumps(comparison.as_record() | {"verdict": comparison.verdict}, indent=2))
            return
        is_terminal = self.stdout.isatty()
        # Output of rich is captured, so that it goes where Django's own output goes.
        console = Console(width=None if is_terminal else _WIDTH, force_terminal=is_terminal)
        with console.capture() as text:
            _print(console, comparison, changes)
        self.stdout.write(text.get())


def _setting(text: str) -> tuple[str, str]:
    """Return the name and the value of NAME=VALUE."""
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE, such as performance_weight=70")
    return name.strip(), value.strip()


@contextmanager
def _progress() -> Iterator[OnProgress | None]:
    """Yield a progress bar on a terminal, nothing elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("Handing leads out", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print(console: Console, comparison: PolicyComparison, changes: list[tuple[str, str]]) -> None:
    draft = ", ".join(f"{name}={value}" for name, value in changes) or "no change"
    console.print(
        f"{comparison.leads:,} leads of the last {comparison.days} days; "
        f"version {comparison.policy_version} is active; draft: {draft}",
        markup=False,
    )
    console.print(f"{comparison.changed:,} leads ({comparison.changed_share:.1%}) would go elsewhere.")
    console.print(_outcomes(comparison))
    console.print(comparison.verdict, markup=False)
    if comparison.changed:
        console.print(_partners(comparison))


def _outcomes(comparison: PolicyComparison) -> Table:
    table = Table("", title="Results")
    for name in ("active", "draft"):
        table.add_column(name, justify="right")
    for label, form in _LINES.items():
        table.add_row(label, form(comparison.active), form(comparison.draft))
    table.add_row("difference of the deal rate", "", _estimate(comparison.difference, sign="+"))
    return table


def _partners(comparison: PolicyComparison) -> Table:
    shown = [row for row in comparison.partners if row.difference][:_MOST_PARTNERS]
    total = sum(1 for row in comparison.partners if row.difference)
    table = Table("partner", title=f"Biggest changes: {len(shown)} of {total} partners")
    for name in ("active", "draft", "change"):
        table.add_column(name, justify="right")
    for row in shown:
        table.add_row(row.name or row.id, f"{row.leads_active:,}", f"{row.leads_draft:,}", f"{row.difference:+,}")
    return table


def _estimate(estimate: Estimate, *, sign: str = "") -> str:
    if not estimate.enough:
        return "not enough evidence"
    return f"{estimate.value:{sign}.1%} ({estimate.low:{sign}.1%} to {estimate.high:{sign}.1%})"


def _performance(outcome: Outcome) -> str:
    return "-" if outcome.mean_performance is None else f"{outcome.mean_performance:.1f}"


_LINES: dict[str, Callable[[Outcome], str]] = {
    "leads assigned": lambda outcome: f"{outcome.assigned:,}",
    "leads that nobody gets": lambda outcome: f"{outcome.nobody:,}",
    "times a partner got full": lambda outcome: f"{outcome.cap_hits:,}",
    "partners without a lead": lambda outcome: f"{outcome.without_leads:,}",
    "inequality (Gini)": lambda outcome: f"{outcome.gini:.3f}",
    "longest wait (hours)": lambda outcome: f"{outcome.longest_wait_hours:,.0f}",
    "mean performance of the winners": _performance,
    "expected deal rate (90 %)": lambda outcome: _estimate(outcome.expected_deal_rate),
}
