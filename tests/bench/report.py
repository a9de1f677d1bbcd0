"""The figures as a table for the terminal, as Markdown and as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.sizes import Sizes
from tests.bench.timing import Figure

HEADINGS = ("what", "ours", "bare", "ratio", "goal", "note")


def show(console: Console, figures: Sequence[Figure], machine: Mapping[str, str]) -> None:
    """Print everything."""
    table = Table(*HEADINGS[:1], title="Medians; the ratio is the median of the pairs' ratios")
    for heading in HEADINGS[1:-1]:
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column(HEADINGS[-1])
    for figure in figures:
        table.add_row(*cells(figure))
    for name, value in machine.items():
        console.print(f"{name}: {value}", highlight=False)
    console.print(table)


def write(folder: Path, figures: Sequence[Figure], machine: Mapping[str, str], sizes: Sizes) -> list[Path]:
    """Write `<time>.json` and `<time>.md` and say where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / machine["measured at"].replace(" UTC", "").replace(" ", "-").replace(":", "")
    content = {
        "machine": dict(machine),
        "sizes": asdict(sizes),
        "figures": {figure.name: asdict(figure) for figure in figures},
    }
    as_json, as_markdown = stem.with_suffix(".json"), stem.with_suffix(".md")
    as_json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    as_markdown.write_text(markdown(figures, machine), encoding="utf-8")
    return [as_json, as_markdown]


def markdown(figures: Sequence[Figure], machine: Mapping[str, str]) -> str:
    """The figures as a table, with the machine below."""
    lines = [
        f"| {' | '.join(HEADINGS)} |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
        *(f"| {' | '.join(cells(figure))} |" for figure in figures),
        "",
        *(f"- {name}: {value}" for name, value in machine.items()),
    ]
    return "\n".join(lines) + "\n"


def cells(figure: Figure) -> tuple[str, ...]:
    """One row of the table, in the order of `HEADINGS`."""
    return (
        figure.title,
        f"{figure.ours:,.3g} {figure.unit}",
        f"{figure.bare:,.3g} {figure.unit}",
        f"{figure.ratio:.2f}",
        f"≤ {figure.goal}",
        figure.note,
    )
