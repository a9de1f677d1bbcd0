"""What is wrong with a file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: in which line of the file (1 is the header) and in which column, if in one."""

    line: int
    column: str
    message: str


class FileRefused(ValueError):
    """The file cannot be read as a table; the message says why, for people."""
