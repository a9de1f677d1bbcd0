"""Shortening of texts that are too long for a cell of a spreadsheet, with a mark at the end."""

import re

MOST_IN_A_CELL = 32_767
"""Maximum length in UTF-16 code units, as a spreadsheet counts."""

_MARK = " \N{HORIZONTAL ELLIPSIS}[+{missing}]"
_MARKED = re.compile(r" \N{HORIZONTAL ELLIPSIS}\[\+\d+\]\Z")


def shortened(text: str) -> str:
    """Return the text, or as much as fits before a mark with the number of missing characters."""
    units = text.encode("utf-16-le")
    if len(units) // 2 <= MOST_IN_A_CELL:
        return text
    kept = units[: 2 * (MOST_IN_A_CELL - len(_MARK.format(missing=len(text))))].decode("utf-16-le", errors="ignore")
    return kept + _MARK.format(missing=len(text) - len(kept))


def is_shortened(text: str) -> bool:
    """Return whether the text ends with the mark."""
    return _MARKED.search(text) is not None
