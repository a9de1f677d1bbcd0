"""Rendering of an inspection for people and for programs."""

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from config.adoption.findings import Inspection, State, Verdict

_HEADLINES = {
    State.EMPTY: "Empty: adopt_database makes everything.",
    State.LEGACY: "The marketplace's own database, not yet taken over.",
    State.PARTIAL: "Taken over by an earlier version: adopt_database brings it up to date.",
    State.ADOPTED: "Taken over: nothing is left to do.",
}
_STYLES = {Verdict.PRESENT: "green", Verdict.DIFFERENT: "yellow", Verdict.MISSING: "cyan", Verdict.EXTRA: "dim"}


def as_json(inspection: Inspection) -> dict[str, Any]:
    """Return the inspection as plain values."""
    return {**asdict(inspection), "can_adopt": inspection.can_adopt}


def print_report(inspection: Inspection, *, console: Console) -> None:
    """Print what is there, what is missing, and what stands in the way."""
    console.print(
        f"[bold]{escape(inspection.database)}[/], PostgreSQL {escape(inspection.server_version)}, "
        f"schema {escape(inspection.schema or 'none')}, as {escape(inspection.user)}"
    )
    console.print(
        _HEADLINES[inspection.state] if inspection.can_adopt else "Cannot be taken over as it is.", style="bold"
    )
    _print_findings(inspection, console=console)
    _print_rows(inspection, console=console)
    _print_values(inspection, console=console)
    if inspection.state != State.EMPTY:
        score = inspection.ai_score
        console.print(f"\n[bold]A high AI score means:[/] {score.direction} ({escape(score.reason)})")
    for warning in inspection.warnings:
        console.print(f"Note: {escape(warning)}", style="yellow")
    for blocker in inspection.blockers:
        console.print(f"\n[bold red]In the way:[/] {escape(blocker.what)}\n  Way out: {escape(blocker.way_out)}")


def _print_findings(inspection: Inspection, *, console: Console) -> None:
    counts = {verdict: sum(finding.verdict == verdict for finding in inspection.findings) for verdict in Verdict}
    console.print(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    table = Table(box=None, pad_edge=False)
    for heading in ("", "What", "Is", "Found", "Expected", "Adoption"):
        table.add_column(heading, overflow="fold")
    for finding in inspection.findings:
        if finding.verdict == Verdict.PRESENT and not finding.found.startswith("NOT VALID"):
            continue
        table.add_row(
            finding.kind,
            escape(finding.name),
            f"[{_STYLES[finding.verdict]}]{finding.verdict}[/]",
            escape(finding.found),
            escape(finding.expected),
            escape(finding.action),
        )
    if table.row_count:
        console.print(table)


def _print_rows(inspection: Inspection, *, console: Console) -> None:
    if not inspection.rows:
        return
    console.print("\n[bold]Rows that break a rule[/] (they stay; nobody can change them until they keep it)")
    table = Table("Table", "Rule", "Rows", "For example", box=None, pad_edge=False)
    for problem in inspection.rows:
        table.add_row(problem.table, escape(problem.rule), f"{problem.count:,}", escape(", ".join(problem.examples)))
    console.print(table)


def _print_values(inspection: Inspection, *, console: Console) -> None:
    for values in inspection.values:
        words = ", ".join(
            f"{escape(str(value.value))} {value.count:,}{'' if value.known else ' [yellow](unknown)[/]'}"
            for value in values.values
        )
        console.print(f"\n[bold]{values.column}:[/] {words or 'no rows'}")
