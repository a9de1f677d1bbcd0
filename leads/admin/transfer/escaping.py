"""Text that a spreadsheet would take for a formula, made harmless on the way out and restored on the way in.

A cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets an apostrophe in front. So does what follows
a semicolon or a line break: a spreadsheet that expects other separators than the file has begins a new cell there.
"""

import re

_START = r"(^|[;\t\r\n])"
_DANGER = r"[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]"
_TO_ESCAPE = re.compile(rf"{_START}(?='*{_DANGER})")
_ESCAPED = re.compile(rf"{_START}'(?='*{_DANGER})")


def escape(text: str) -> str:
    """The text with an apostrophe before everything that could begin a formula."""
    return _TO_ESCAPE.sub(r"\1'", text)


def unescape(text: str) -> str:
    """What `escape` made the text of; any other text stays as it is, unless it looks escaped."""
    return _ESCAPED.sub(r"\1", text)
