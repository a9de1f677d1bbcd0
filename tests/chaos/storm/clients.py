"""Who calls the web server during a storm: clients that post leads, and partners that answer."""

import json
import threading
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable

from tests.chaos.world import PROVINCES, World, somebody

TIMEOUT_SECONDS = 30.0


class IntakeClients:
    """Threads that do something until they are done or told to stop; remembers what the web server answered.

    `answers`: number of answers by HTTP status; `errors`: what should not have reached a user, a sentence each.
    """

    def __init__(self, world: World, *, address: str) -> None:
        self.answers: Counter[int] = Counter()
        self.errors: list[str] = []
        self._world = world
        self._address = address
        self._lock = threading.Lock()

    def post_leads(self, count: int) -> None:
        """Post so many leads, one after the other, each repeated with its key if it came to nothing."""
        for number in range(count):
            key = str(uuid.uuid4())
            body = somebody() | {"province": PROVINCES[number % len(PROVINCES)], "source": "storm"}
            answer = self._call("/api/leads/", self._world.stack.token, body, {"Idempotency-Key": key})
            if answer is not None:
                with self._lock:
                    self._world.accepted.add(uuid.UUID(answer["id"]))

    def step(self, lead_id: uuid.UUID, action: str, *, token: str) -> bool:
        """A partner takes its lead one step further; whether that was allowed."""
        return self._call(f"/api/leads/{lead_id}/{action}/", token, {}, {}) is not None

    def note(self, sentence: str) -> None:
        """Remember what should not have happened."""
        with self._lock:
            self.errors.append(sentence)

    def guard(self, work: Callable[[], None]) -> None:
        """Do the work of a thread; what it raises is remembered."""
        try:
            work()
        except Exception as error:  # noqa: BLE001  # a thread's error would be lost: it is one of the findings
            self.note(f"{type(error).__name__}: {error}")

    def _call(self, path: str, token: str, body: dict[str, str], headers: dict[str, str]) -> dict[str, str] | None:
        request = urllib.request.Request(
            self._address + path,
            data=json.dumps(body).encode(),
            headers={"Authorization": f"Token {token}", "Content-Type": "application/json", **headers},
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
                status = response.status
                answer: dict[str, str] | None = json.load(response)
        except urllib.error.HTTPError as error:
            status, answer = error.code, None
            # 409: somebody else was quicker, which is an answer like any other.
            if status != 409:
                self.note(f"{path} answered {status}: {error.read(500).decode(errors='replace')}")
        except OSError as error:
            self.note(f"{path}: {type(error).__name__}: {error}")
            return None
        with self._lock:
            self.answers[status] += 1
        return answer
