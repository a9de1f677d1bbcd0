"""What `make check` makes of the answer about weaknesses of packages."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

AUDIT = Path(__file__).resolve().parents[2] / ".ci" / "audit.py"
WEAK = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": ["2.0"], "description": "bad"}


@pytest.fixture
def audit() -> dict[str, Any]:
    return runpy.run_path(str(AUDIT))


def answered(audit: dict[str, Any], monkeypatch: pytest.MonkeyPatch, output: str) -> int:
    """The exit status when pip-audit says this."""

    class Done:
        stdout, stderr, returncode = output, "boom", 1

    monkeypatch.setattr(audit["subprocess"], "run", lambda *_args, **_kwargs: Done)
    status: int = audit["main"]()
    return status


def test_a_weakness_fails_and_says_where_and_what_helps(
    audit: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    packages = [
        {"name": "django", "version": "1.0", "vulns": [WEAK]},
        {"name": "pytest", "version": "1.0", "vulns": []},
        {"name": "ours", "skip_reason": "not found"},
    ]

    assert answered(audit, monkeypatch, json.dumps({"dependencies": packages})) == 1

    said = capsys.readouterr().out
    assert "WEAK: django 1.0 (production): CVE-2026-1, PYSEC-2026-1; mended in: 2.0" in said
    assert "nothing is known about ours" in said
    assert "2 packages" in said


def test_what_is_ignored_with_a_reason_does_not_fail(audit: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(audit["IGNORED"], "CVE-2026-1", "we do not use that part of it")
    packages = [{"name": "django", "version": "1.0", "vulns": [WEAK]}]

    assert answered(audit, monkeypatch, json.dumps({"dependencies": packages})) == 0


@pytest.mark.parametrize(
    "output", ["", json.dumps({"dependencies": [{"name": "django", "skip_reason": "not found"}]}), "Traceback"]
)
def test_without_data_it_says_loudly_that_nothing_was_looked_at(
    audit: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], output: str
) -> None:
    assert answered(audit, monkeypatch, output) == 0
    assert "NO PACKAGE WAS AUDITED" in capsys.readouterr().err


def test_what_is_ignored_has_a_reason(audit: dict[str, Any]) -> None:
    assert all(len(reason) > 20 for reason in audit["IGNORED"].values())
