"""Runs schemathesis as a command against a running server, as one role, and counts the answers."""

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.process.api.world import Role

ROOT = Path(__file__).resolve().parents[3]
SEED = "20261123"

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
    "every_error_is_a_problem",
)


@dataclass(frozen=True, slots=True)
class Result:
    """What a role was answered: (operation, status) -> how often, and what schemathesis found, if it did."""

    role: str
    answers: Counter[tuple[str, int]]
    found: str

    @property
    def succeeded(self) -> set[str]:
        """The operations that answered 2xx at least once."""
        return {label for label, status in self.answers if 200 <= status < 300}

    def __str__(self) -> str:
        statuses = Counter[int]()
        for (_, status), times in self.answers.items():
            statuses[status] += times
        operations = len({label for label, _ in self.answers})
        by_status = " ".join(f"{status}:{times}" for status, times in sorted(statuses.items()))
        return f"{self.role:14} {operations:3} operations {statuses.total():6} requests  {by_status}"


def fuzz(role: Role, *, schema: Path, address: str, folder: Path, options: list[str]) -> Result:
    """Everything that the schema allows, and what it does not, sent to the server at this address."""
    answers = folder / f"{role.name}.lines"
    answers.touch()
    environment = {
        "PYTHONPATH": str(ROOT),
        "SCHEMATHESIS_HOOKS": "tests.process.api.hooks",
        "FUZZ_ROLE": str(role.file(folder)),
        "FUZZ_ANSWERS": str(answers),
    }
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", str(schema), "--url", address),
            *("--checks", ",".join(CHECKS), "--seed", SEED, "--no-shrink", "--continue-on-failure", *options),
        ],
        # Where it leaves what it remembers from run to run.
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    counted: Counter[tuple[str, int]] = Counter()
    for line in answers.read_text().splitlines():
        answer = json.loads(line)
        counted[answer["label"], answer["status"]] += 1
    return Result(role=role.name, answers=counted, found="" if done.returncode == 0 else done.stdout + done.stderr)
