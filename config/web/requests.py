"""Request parsing: limits of size and time, and errors in the API's format."""

import json
import time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ErrorTask
from waitress.utilities import BadRequest

LONGEST_LINE = 4_094
"""Maximum characters of the request line: method, address and version."""
MOST_HEADERS = 16_384
"""Maximum characters of all headers together, with the request line."""
MOST_BODY = 8 * 1024 * 1024
"""Maximum bytes of a body: a file to import has up to 5 MB."""
REQUEST_SECONDS = 60
"""Maximum time from the first byte of a request to its last."""

_CODES = {413: "too_large", 414: "uri_too_long", 431: "headers_too_large"}


class UriTooLong(BadRequest):  # type: ignore[misc]  # waitress has no types
    """Status 414, which waitress does not know."""

    code = 414
    reason = "URI Too Long"


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """Parser of one incoming request."""

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.completed: bool
        self.began = time.monotonic()

    def received(self, data: bytes) -> int:
        if not self.headers_finished and not self.completed:
            line, _, _ = (self.header_plus + data).lstrip().partition(b"\r\n")
            if len(line) > LONGEST_LINE:
                # As waitress does with other invalid headers.
                self.parse_header(b"GET / HTTP/1.0\r\n")
                self.error = UriTooLong("")
                self.completed = True
                return len(data)
        consumed: int = super().received(data)
        return consumed


class JsonErrorTask(ErrorTask):  # type: ignore[misc]  # waitress has no types
    """Respond to requests that are refused before Django sees them."""

    def execute(self) -> None:
        error = self.request.error
        code = _CODES.get(error.code, "bad_request" if error.code < 500 else "error")
        body = json.dumps({"code": code, "detail": f"{error.reason}.", "fields": {}}).encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", "application/json"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """One connection."""

    parser_class = Parser
    error_task_class = JsonErrorTask

    def received(self, data: bytes) -> bool:
        taken: bool = super().received(data)
        if self.server.draining:
            for request in self.requests:
                request.headers["CONNECTION"] = "close"
        return taken

    @property
    def is_idle(self) -> bool:
        """True if nothing is being read, processed or sent."""
        return self.request is None and not self.requests and not self.total_outbufs_len

    def is_late(self, now: float) -> bool:
        """Return whether a request has been arriving for too long; `now` is from the monotonic clock."""
        return self.request is not None and self.request.began < now - REQUEST_SECONDS
