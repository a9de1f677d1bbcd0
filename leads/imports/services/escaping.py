"""Escaping of text that a spreadsheet would take for a formula, undone on import.

A cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets an apostrophe in front. So does text after a
semicolon or a line break: a spreadsheet that expects other separators than the file's begins a new cell there.
"""

import re

_START = r"(^|[;\t\r\n])"
_DANGER = r"[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]"
_TO_ESCAPE = re.compile(rf"{_START}(?='*{_DANGER})")
_ESCAPED = re.compile(rf"{_START}'(?='*{_DANGER})")


def escape(text: str) -> str:
    """Return the text with an apostrophe before everything that could begin a formula."""
    return _TO_ESCAPE.sub(r"\1'", text)


def unescape(text: str) -> str:
    """Reverse `escape`; other text is returned unchanged, unless it looks escaped."""
    return _ESCAPED.sub(r"\1", text)
