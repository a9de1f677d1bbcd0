#!/usr/bin/env python3
"""Receive the marketplace's webhooks: check, remember, answer, and only then work.

Needs Python 3.10 or later and nothing else. WEBHOOK_SECRET is the secret of the channel (`whsec_...`; two of them, with
a space in between, while one is exchanged), DATABASE a file that remembers what has come, PORT where to listen. It
speaks plain HTTP: put it behind a proxy that speaks HTTPS. What comes of a lead belongs into `handle`.
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
    """Not signed with our secret, or too old; nothing of the message is to be believed."""


def check(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: float) -> str:
    """The message's id, if it is from the marketplace and fresh. `body` is what came, byte for byte.

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
        # In constant time: how long it takes must not tell how much of a signature was right.
        if any(hmac.compare_digest(expected.encode(), signature.encode()) for signature in given):
            return message_id
    raise NotGenuine("not signed with our secret")


def connect() -> sqlite3.Connection:
    """The database of messages, made when it is not there."""
    database = sqlite3.connect(DATABASE, timeout=10)
    database.execute("CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, body BLOB, handled INTEGER DEFAULT 0)")
    return database


def remember(message_id: str, body: bytes) -> None:
    """Keep the message; the same one may come several times, also at the same moment, and is kept once."""
    with closing(connect()) as database, database:
        database.execute("INSERT OR IGNORE INTO messages (id, body) VALUES (?, ?)", (message_id, body))


def work() -> None:
    """Handle what was kept and is not handled yet, also from before this program was last ended."""
    with _one_at_a_time, closing(connect()) as database:
        for message_id, body in database.execute("SELECT id, body FROM messages WHERE handled = 0").fetchall():
            handle(json.loads(body))
            with database:
                # The content has served its purpose; the id has to stay.
                database.execute("UPDATE messages SET handled = 1, body = NULL WHERE id = ?", (message_id,))


def handle(message: dict[str, Any]) -> None:
    """Do something about the lead; ended in the middle, it is called again with the same message."""
    print(message["type"], message["data"]["lead_id"], flush=True)


_one_at_a_time = threading.Lock()


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 to what it has understood, new or not: anything else is sent again."""

    timeout = 20

    def do_POST(self) -> None:
        """A message."""
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
        """Nothing: addresses and paths are nobody's business."""


if __name__ == "__main__":
    work()
    with ThreadingHTTPServer(("127.0.0.1", PORT), Receiver) as server:
        server.serve_forever()
