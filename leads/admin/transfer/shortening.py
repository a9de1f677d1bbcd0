"""Texts that are too long for a cell of a spreadsheet: their beginning, with a mark that says so."""

import re

MOST_IN_A_CELL = 32_767
"""Code units of UTF-16, as a spreadsheet counts."""

_MARK = " \N{HORIZONTAL ELLIPSIS}[+{missing}]"
_MARKED = re.compile(r" \N{HORIZONTAL ELLIPSIS}\[\+\d+\]\Z")


def shortened(text: str) -> str:
    """The text, or as much of it as fits before a mark that says how many characters are missing."""
    units = text.encode("utf-16-le")
    if len(units) // 2 <= MOST_IN_A_CELL:
        return text
    kept = units[: 2 * (MOST_IN_A_CELL - len(_MARK.format(missing=len(text))))].decode("utf-16-le", errors="ignore")
    return kept + _MARK.format(missing=len(text) - len(kept))


def is_shortened(text: str) -> bool:
    """Whether it ends with the mark."""
    return _MARKED.search(text) is not None
