"""Security audit of the locked packages; nothing is installed or built.

`requirements/dev.txt` includes production's packages in the same versions (tests verify that). Exit status 1 means a
known vulnerability. Without vulnerability data (no network, or a package index that has none) it says so loudly and
exits with 0: missing data is no failure of this project.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOCKS = Path(__file__).resolve().parents[1] / "requirements"
IGNORED: dict[str, str] = {}
"""Id of a vulnerability -> why it does not affect us, and until when that is to be believed."""


@dataclass(frozen=True)
class Verdict:
    """`weak`: a sentence for each weakness; `unknown`: packages that nothing is known about; `known`: the others."""

    weak: list[str]
    unknown: list[str]
    known: int


def judge(dependencies: Iterable[dict[str, Any]], *, in_production: set[str]) -> Verdict:
    """Judge pip-audit's list of dependencies."""
    weak, unknown, known = [], [], 0
    for dependency in dependencies:
        name = dependency["name"]
        if "skip_reason" in dependency:
            unknown.append(name)
            continue
        known += 1
        for found in dependency["vulns"]:
            names = {found["id"], *found.get("aliases", [])}
            if names & IGNORED.keys():
                continue
            where = "production" if name in in_production else "development"
            better = ", ".join(found.get("fix_versions", [])) or "none yet"
            weak.append(f"{name} {dependency['version']} ({where}): {', '.join(sorted(names))}; mended in: {better}")
    return Verdict(weak=weak, unknown=unknown, known=known)


def main() -> int:
    """Run the audit and print its result."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCKS / "dev.txt"), "--require-hashes"]
    command += ["--disable-pip", "--progress-spinner", "off", "--timeout", "15", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    try:
        dependencies = json.loads(done.stdout)["dependencies"]
    except ValueError:
        why = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        return _no_data(f"pip-audit gave no answer: {why[:300]}")
    verdict = judge(dependencies, in_production=_names(LOCKS / "production.txt"))
    if verdict.known == 0:
        return _no_data("the package index has no data about any of the packages.")
    print(f"{verdict.known} packages looked up.")
    if verdict.unknown:
        print(f"WARNING: nothing is known about {', '.join(verdict.unknown)}.")
    for sentence in verdict.weak:
        print(f"WEAK: {sentence}")
    return 1 if verdict.weak else 0


def _names(lock: Path) -> set[str]:
    return {line.split("==")[0] for line in lock.read_text().splitlines() if "==" in line and line[0] not in " #"}


def _no_data(why: str) -> int:
    print(f"WARNING: NO PACKAGE WAS AUDITED, {why}", file=sys.stderr)
    print("WARNING: run `make check` where https://pypi.org/pypi/ can be reached before a release.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
