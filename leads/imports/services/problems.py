"""Problems with a file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem, with its line (1 is the header) and its column where they apply."""

    line: int
    column: str
    message: str


class FileRefused(ValueError):
    """The file cannot be read as a table; the message explains why to people."""
