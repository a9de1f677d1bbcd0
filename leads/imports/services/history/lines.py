"""Lines of one file as text, plain or gzip, in bounded memory whatever its size and content."""

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from leads.imports.services.history.problems import Problem, UnreadableError, shown

UTF_8 = "utf-8"
WINDOWS_1252 = "windows-1252"
ENCODINGS = (UTF_8, WINDOWS_1252)
LINES_BETWEEN_REPORTS = 2_000
LONGEST_LINE_BYTES = 2**20

OnBytes = Callable[[int, int], None]
"""Callback with the bytes of a file that have been read, and its size."""

_BYTE_ORDER_MARK = "\ufeff"
_GZIP = b"\x1f\x8b"
_UTF_16 = "is UTF-16, not UTF-8: save it as UTF-8, or convert it with `iconv -f UTF-16 -t UTF-8`"
_SPREADSHEET = "is a spreadsheet or a zip file: save it as CSV, separated by commas, in UTF-8"
_OTHER_KINDS = (
    (b"\xff\xfe", _UTF_16),
    (b"\xfe\xff", _UTF_16),
    (b"PK\x03\x04", _SPREADSHEET),
    (b"\xd0\xcf\x11\xe0", _SPREADSHEET),
)
_CARRIAGE_RETURNS = "ends its lines with CR alone: save it with LF or CR LF"


def read_lines(*, path: Path, encoding: str, on_bytes: OnBytes) -> Iterator[str]:
    """Yield the lines with their ends. Raises `UnreadableError`, with the line, if reading cannot go on.

    `encoding` is one of `ENCODINGS`. With `WINDOWS_1252`, lines that are valid UTF-8 are still read as UTF-8: they
    hardly ever mean anything else.
    """
    number = 0
    try:
        size = path.stat().st_size
        with path.open("rb") as raw:
            source = _unpacked(path=path, raw=raw)
            while line := source.readline(LONGEST_LINE_BYTES + 1):
                number += 1
                if number == 1:
                    _refuse_other_kinds(path=path, line=line)
                if len(line) > LONGEST_LINE_BYTES:
                    message = f"this line is longer than {LONGEST_LINE_BYTES:,} bytes"
                    raise UnreadableError(Problem(file=path.name, line=number, message=message))
                yield _decoded(name=path.name, number=number, line=line, encoding=encoding)
                if number % LINES_BETWEEN_REPORTS == 0:
                    on_bytes(raw.tell(), size)
            on_bytes(size, size)
    except EOFError as error:
        problem = Problem(file=path.name, line=number + 1, message="is cut off: the end of the packed file is missing")
        raise UnreadableError(problem) from error
    except (OSError, zlib.error) as error:
        problem = Problem(file=path.name, line=number + 1, message=f"cannot be read: {error}")
        raise UnreadableError(problem) from error


def _unpacked(*, path: Path, raw: io.BufferedReader) -> IO[bytes]:
    """Return the content of the file, decompressed if needed."""
    if path.suffix != ".gz":
        return raw
    start = raw.peek(len(_GZIP))
    if start and not start.startswith(_GZIP):
        message = f"is not packed with gzip: its name has to be {path.stem}"
        raise UnreadableError(Problem(file=path.name, message=message))
    return io.BufferedReader(gzip.GzipFile(fileobj=raw, mode="rb"))


def _refuse_other_kinds(*, path: Path, line: bytes) -> None:
    """Raise `UnreadableError` if the first line shows that the file is not comma-separated."""
    kind = _other_kind(path=path, line=line)
    if kind is not None:
        raise UnreadableError(Problem(file=path.name, line=1, message=kind))


def _other_kind(*, path: Path, line: bytes) -> str | None:
    """Return the apparent kind of file by its first line; None if it may be a CSV file with commas."""
    if line.startswith(_GZIP):
        return (
            "is packed with gzip twice" if path.suffix == ".gz" else "is packed with gzip: its name has to end in .gz"
        )
    for start, message in _OTHER_KINDS:
        if line.startswith(start):
            return message
    if b"\x00" in line:
        # UTF-16 without a byte order mark: every other byte of ASCII letters is zero.
        return _UTF_16 if 1 / 3 < line.count(b"\x00") / len(line) < 2 / 3 else "begins with zero bytes: it is damaged"
    if b"\r" in line.rstrip(b"\r\n"):
        return _CARRIAGE_RETURNS
    for separator, name in ((b";", "semicolons"), (b"\t", "tabs")):
        if separator in line and b"," not in line:
            return f"is separated by {name}: save it with commas"
    return None


def _decoded(*, name: str, number: int, line: bytes, encoding: str) -> str:
    """Return a line as text. Raises `UnreadableError`."""
    try:
        decoded = line.decode(UTF_8)
    except UnicodeDecodeError as error:
        decoded = _decoded_otherwise(name=name, number=number, line=line, encoding=encoding, error=error)
    return decoded.removeprefix(_BYTE_ORDER_MARK) if number == 1 else decoded


def _decoded_otherwise(*, name: str, number: int, line: bytes, encoding: str, error: UnicodeDecodeError) -> str:
    """Return a line that is not UTF-8 as text. Raises `UnreadableError`, with a guess if there is one."""
    byte = f"byte {error.start + 1} of the line is 0x{line[error.start]:02X}"
    try:
        guess = line.decode(WINDOWS_1252)
    except UnicodeDecodeError:
        message = f"is neither UTF-8 nor Windows-1252 ({byte})"
        raise UnreadableError(Problem(file=name, line=number, message=message)) from error
    if encoding == WINDOWS_1252:
        return guess
    around = guess[max(error.start - 12, 0) : error.start + 12].strip()
    message = (
        f"is not UTF-8 ({byte}); it may be Windows-1252, and say {shown(around)}: "
        f"save it as UTF-8, or import with --encoding {WINDOWS_1252}"
    )
    raise UnreadableError(Problem(file=name, line=number, message=message)) from error
