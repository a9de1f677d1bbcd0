"""`make chaos`: its exit code is what a machine reads."""

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.chaos import run
from tests.chaos.invariants import Found
from tests.chaos.scenario import Outcome, Scenario, Sizes
from tests.chaos.stack import Stack

SOUND = Outcome(fault="a fault", injected=3, found=Found(leads=7))


def command(monkeypatch: pytest.MonkeyPatch, output: Path, *outcomes: Outcome) -> int:
    def inject(stack: Stack, sizes: Sizes) -> Iterator[Outcome]:
        assert sizes == Sizes.SHORT
        yield from outcomes

    monkeypatch.setattr(run, "SCENARIOS", (Scenario(name="some", title="Some", inject=inject),))
    monkeypatch.setattr(run, "temporary_stack", lambda: nullcontext(None))
    monkeypatch.setattr(sys, "argv", ["chaos", "--short", "--output", str(output)])
    return run.main()


def test_it_succeeds_and_writes_the_numbers_when_all_holds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert command(monkeypatch, tmp_path / "numbers.json", SOUND) == 0

    written = json.loads((tmp_path / "numbers.json").read_text())
    assert written["holds"] is True
    assert [(row["fault"], row["injected"], row["found"]["leads"]) for row in written["outcomes"]] == [
        ("a fault", 3, 7)
    ]


@pytest.mark.parametrize(
    "broken",
    [
        Outcome(fault="another", injected=1, found=Found(leads=7, doubled=1)),
        Outcome(fault="another", injected=1, found=Found(leads=7), problems=("The step was never come to.",)),
    ],
)
def test_it_fails_and_says_why_when_one_thing_does_not_hold(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], broken: Outcome
) -> None:
    assert command(monkeypatch, tmp_path / "numbers.json", SOUND, broken) == 1

    said = capsys.readouterr().out
    assert "another: BROKEN" in said
    assert all(problem in said for problem in broken.problems)


def test_it_fails_when_nothing_was_done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert command(monkeypatch, tmp_path / "numbers.json") == 1
