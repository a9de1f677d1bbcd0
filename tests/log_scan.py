"""Nothing about persons and nothing secret stands in any log that a test session made.

Logs are kept when the processes that wrote them end (`tests.local.temporary.keep_logs`), with what the session's own
process logs; at the end of the session all of it is gone through.
"""

import logging
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.observability.logs import logging_settings

LONGEST_EXCERPT = 200

PATTERNS: Mapping[str, re.Pattern[str]] = {
    "an e-mail address": re.compile(r"[\w.+-]+@(?:[\w-]+\.)*example\.(?:org|com|net|nl|be)\b", re.IGNORECASE),
    "a phone number": re.compile(
        r"(?<![\w.:-])(?:\+(?:31|32)|00(?:31|32)|0)[\s-]?(?:\(0\)[\s-]?)?(?:[1-9](?:[\s-]{0,3}\d){8})(?![\w-])"
    ),
    "a token": re.compile(r"(?<![\w-])(?:[0-9a-f]{64}|whsec_[\w+/=-]{16,}|Basic [\w+/]{8,}={0,2})(?![\w-])"),
    "a password in an address": re.compile(r"(?<=://)[^\s/@:]*:[^\s/@]{3,}@"),
}
# Passwords of people in tests.
_PASSWORDS = ("very-long-secret", "made-up-for-the-test", "typed-in-vain")
_ENVIRONMENT = ("SECRET_KEY", "WEBHOOK_KEY", "METRICS_TOKEN")


@dataclass(frozen=True, slots=True)
class Finding:
    """Where something stands, and the line without it."""

    file: str
    line: int
    kind: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was gone through, and what was found."""

    files: int
    size_bytes: int
    findings: tuple[Finding, ...]

    def summary(self) -> str:
        """One line for the end of a session."""
        found = f"{len(self.findings)} lines with what must not be in them" if self.findings else "nothing found"
        return f"{self.files} log files, {self.size_bytes:,} bytes scanned: {found}"


def patterns(*secrets: str) -> dict[str, re.Pattern[str]]:
    """What is looked for: personal data and tokens of any test, and these secrets of the session."""
    exact = {*_PASSWORDS, *secrets, *(os.environ.get(name, "") for name in _ENVIRONMENT)} - {""}
    return {**PATTERNS, "a secret of the session": re.compile("|".join(re.escape(secret) for secret in sorted(exact)))}


def scan(folder: Path, *, looked_for: Mapping[str, re.Pattern[str]]) -> Report:
    """Go through all files in the folder."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    findings = [finding for file in files for finding in _findings(file, looked_for)]
    return Report(len(files), sum(file.stat().st_size for file in files), tuple(findings))


def _findings(file: Path, looked_for: Mapping[str, re.Pattern[str]]) -> Iterator[Finding]:
    with file.open(errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            for kind, pattern in looked_for.items():
                if pattern.search(line):
                    yield Finding(file.name, number, kind, _redacted(line, looked_for))


def _redacted(line: str, looked_for: Mapping[str, re.Pattern[str]]) -> str:
    for kind, pattern in looked_for.items():
        line = pattern.sub(f"[{kind}]", line)
    return line.strip()[:LONGEST_EXCERPT]


def own_handler(folder: Path, *, process: str = "") -> logging.Handler:
    """Writes what this process logs to a file in the folder, as production writes it; `process` tells several apart."""
    settings = logging_settings(level="INFO", form="json")["formatters"]["lines"]
    handler = logging.FileHandler(folder / f"own-process{process}.log", delay=True)
    handler.setLevel(logging.INFO)
    handler.setFormatter(settings["()"](**{name: value for name, value in settings.items() if name != "()"}))
    return handler
