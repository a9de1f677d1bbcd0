#!/usr/bin/env python3
"""Example client that sends a lead once over an unreliable network: `send_lead.py lead.json`, or `-` for stdin.

Needs Python 3.10 or later and nothing else. LEADS_URL is the address of the marketplace, LEADS_TOKEN the token of your
intake client. Prints the response as JSON. Exit status: 0 the lead has arrived, 1 it was refused, 2 it was not
delivered.
"""

import argparse
import json
import os
import random
import sys
import time
import uuid
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

ATTEMPTS = 8
TIMEOUT_SECONDS = 20
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 60.0
# Responses that mean "not now" rather than "no".
NOT_NOW = {429, 500, 502, 503, 504}


class Refused(Exception):
    """The marketplace refused the lead; sending the same again would not help. `problem` is its response."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code', '')}: {problem.get('detail', '')}")
        self.problem = problem


class NotDelivered(Exception):
    """No final response after all attempts. The lead may have arrived: try again with the same key."""


class _NoRedirects(HTTPRedirectHandler):
    """Redirect handler that refuses: a redirect would take the token along, and drop the lead."""

    def redirect_request(self, *_args: Any) -> None:
        """Refuse the redirect."""


_opener = build_opener(_NoRedirects)


def send(lead: dict[str, Any], *, url: str, token: str, key: str) -> dict[str, Any]:
    """Send the lead and return the answer. Raises Refused, NotDelivered.

    `key` identifies this lead for the marketplace: however often it is sent with the same key, it is accepted once.
    Store it with the lead, and use it again for later attempts within 24 hours.
    """
    request = Request(
        url.rstrip("/") + "/api/leads/",
        data=json.dumps(lead).encode(),
        headers={
            "Authorization": f"Token {token}",
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Idempotency-Key": key,
        },
    )
    problem = ""
    for attempt in range(ATTEMPTS):
        asked_to_wait = None
        try:
            with _opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return dict(json.load(answer))
        except HTTPError as error:
            if error.code not in NOT_NOW:
                raise Refused(error.code, _problem(error)) from None
            problem, asked_to_wait = f"status {error.code}", error.headers.get("Retry-After")
        except (OSError, HTTPException, ValueError) as error:
            # No connection, a timeout, or an interrupted response: nobody knows whether the lead arrived.
            problem = f"{type(error).__name__}: {error}"
        if attempt < ATTEMPTS - 1:
            time.sleep(_wait_seconds(attempt, asked_to_wait))
    raise NotDelivered(f"after {ATTEMPTS} attempts: {problem}")


def _problem(error: HTTPError) -> dict[str, Any]:
    """Return the body of the error response, if it is JSON: a proxy may have responded instead."""
    try:
        return dict(json.load(error))
    except (OSError, HTTPException, ValueError):
        return {"code": "", "detail": error.reason, "fields": {}}


def _wait_seconds(attempt: int, asked_to_wait: str | None) -> float:
    """Return the requested wait; else an exponential one, with jitter."""
    if asked_to_wait is not None and asked_to_wait.isdigit():
        return min(float(asked_to_wait), LONGEST_WAIT_SECONDS)
    return random.uniform(0.5, 1.0) * min(FIRST_WAIT_SECONDS * 2.0**attempt, LONGEST_WAIT_SECONDS)


def main() -> int:
    """Send the lead that the command line names."""
    parser = argparse.ArgumentParser(description="Send a lead to the marketplace.")
    parser.add_argument("lead", help="a file with the lead as JSON, or - for standard input")
    parser.add_argument("--key", help="the key of an earlier attempt that was not delivered")
    arguments = parser.parse_args()
    text = sys.stdin.read() if arguments.lead == "-" else Path(arguments.lead).read_text(encoding="utf-8")
    lead, key = json.loads(text), arguments.key or str(uuid.uuid4())
    try:
        answer = send(lead, url=os.environ["LEADS_URL"], token=os.environ["LEADS_TOKEN"], key=key)
    except Refused as refused:
        print(refused, file=sys.stderr)
        for field, messages in refused.problem.get("fields", {}).items():
            print(f"  {field}: {' '.join(messages)}", file=sys.stderr)
        return 1
    except NotDelivered as error:
        print(f"Not delivered {error}\nTry again later with --key {key}", file=sys.stderr)
        return 2
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
