#!/usr/bin/env python3
"""Example receiver of the marketplace's webhooks: verify, store, respond, and only then process.

Needs Python 3.10 or later and nothing else. WEBHOOK_SECRET is the secret of the channel (`whsec_...`; two of them,
separated by a space, during a rotation), DATABASE a file that stores the messages, PORT the port to listen on. It
speaks plain HTTP: put it behind a proxy that speaks HTTPS. Your own processing of a lead belongs in `handle`.
"""

import base64
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRETS = os.environ["WEBHOOK_SECRET"].split()
DATABASE = os.environ.get("DATABASE", "webhooks.sqlite3")
PORT = int(os.environ.get("PORT", "8080"))

OLDEST_SECONDS = 5 * 60
LONGEST_BODY_BYTES = 1_000_000


class NotGenuine(Exception):
    """The message is not signed with our secret, or too old; do not trust any of it."""


def check(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: float) -> str:
    """Return the message's id, if it is authentic and recent. `body` is the exact bytes received.

    Raises NotGenuine.
    """
    message_id, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or not sent_at.isdigit() or abs(now - int(sent_at)) > OLDEST_SECONDS:
        raise NotGenuine("no id or time, or too old, or from the future")
    signed = f"{message_id}.{sent_at}.".encode() + body
    given = headers.get("webhook-signature", "").split()
    for secret in secrets:
        key = base64.b64decode(secret[len("whsec_") :])
        expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        # In constant time: the duration must not reveal how much of a signature was right.
        if any(hmac.compare_digest(expected.encode(), signature.encode()) for signature in given):
            return message_id
    raise NotGenuine("not signed with our secret")


def connect() -> sqlite3.Connection:
    """Return the database of messages, created if it does not exist."""
    database = sqlite3.connect(DATABASE, timeout=10)
    database.execute("CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, body BLOB, handled INTEGER DEFAULT 0)")
    return database


def remember(message_id: str, body: bytes) -> None:
    """Store the message; one that arrives several times, even concurrently, is stored once."""
    with closing(connect()) as database, database:
        database.execute("INSERT OR IGNORE INTO messages (id, body) VALUES (?, ?)", (message_id, body))


def work() -> None:
    """Handle the stored messages that have not been handled yet, including those of an earlier run."""
    with _one_at_a_time, closing(connect()) as database:
        for message_id, body in database.execute("SELECT id, body FROM messages WHERE handled = 0").fetchall():
            handle(json.loads(body))
            with database:
                # The content is no longer needed; the id has to stay.
                database.execute("UPDATE messages SET handled = 1, body = NULL WHERE id = ?", (message_id,))


def handle(message: dict[str, Any]) -> None:
    """Process the lead; after an interruption, it is called again with the same message."""
    print(message["type"], message["data"]["lead_id"], flush=True)


_one_at_a_time = threading.Lock()


class Receiver(BaseHTTPRequestHandler):
    """Request handler that responds 204 to a valid message, new or not: after anything else it is sent again."""

    timeout = 20

    def do_POST(self) -> None:
        """Receive a message."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LONGEST_BODY_BYTES:
            self._answer(413)
            return
        body = self.rfile.read(int(length))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            message_id = check(headers, body, SECRETS, now=time.time())
        except NotGenuine as error:
            print(f"refused: {error}", file=sys.stderr, flush=True)
            self._answer(401)
            return
        remember(message_id, body)
        self._answer(204)
        work()

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.wfile.flush()

    def log_message(self, *arguments: object) -> None:
        """Log nothing: addresses and paths are private."""


if __name__ == "__main__":
    work()
    with ThreadingHTTPServer(("127.0.0.1", PORT), Receiver) as server:
        server.serve_forever()
