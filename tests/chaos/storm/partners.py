"""Partners at work during a storm: they accept or decline what they get, and close leads when their desks are full."""

import random
import threading
import uuid
from collections import Counter
from collections.abc import Mapping
from typing import Any

import psycopg

from tests.chaos.storm.clients import IntakeClients

DECLINED = 0.08
BY_API = 0.08
"""Share of the acceptances and of the closings that go by the API; the rest comes from other applications, as SQL."""
PAUSE_SECONDS = 0.2
CLOSED_AT_ONCE = 10

_OFFERS = """
SELECT id, user_id FROM leads
WHERE status = 'new' AND user_id = ANY(%s) ORDER BY assigned_at LIMIT 200
"""

# Of each partner who is full, or nearly, the oldest leads that it has accepted.
_TO_CLOSE = """
SELECT lead.id, lead.user_id
FROM profiles AS partner
CROSS JOIN LATERAL (
    SELECT id, user_id FROM leads
    WHERE user_id = partner.id AND status = 'accepted' ORDER BY accepted_at LIMIT %s
) AS lead
WHERE partner.id = ANY(%s) AND partner.open_leads >= partner.max_open_leads - 1
"""

# In the order in which everybody locks leads: by id.
_SET = """
WITH locked AS MATERIALIZED (SELECT id FROM leads WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE)
UPDATE leads AS lead SET status = %s FROM locked WHERE lead.id = locked.id
"""

Session = psycopg.Connection[tuple[Any, ...]]


class PartnersAtWork:
    """Some of the partners, for one thread; `done` counts what they did. `tokens`: of each partner, for the API."""

    def __init__(self, session: Session, clients: IntakeClients, tokens: Mapping[uuid.UUID, str], *, seed: int) -> None:
        self.done: Counter[str] = Counter()
        self._session = session
        self._clients = clients
        self._tokens = tokens
        self._dice = random.Random(seed)

    def work(self, stop: threading.Event) -> None:
        """Answer and close until told to stop."""
        while not stop.wait(PAUSE_SECONDS):
            self.answer()
            self.close()

    def answer(self) -> None:
        """Accept or decline what is offered."""
        accepted = []
        for lead_id, partner_id in self._session.execute(_OFFERS, [list(self._tokens)]).fetchall():
            if self._dice.random() < DECLINED:
                self._step(lead_id, partner_id, "reject", done="declined")
            elif self._dice.random() < BY_API:
                self._step(lead_id, partner_id, "accept", done="accepted")
            else:
                accepted.append(lead_id)
        self.done["accepted"] += self._session.execute(_SET, [accepted, "accepted"]).rowcount

    def close(self) -> None:
        """Win or lose leads of those who are full."""
        lists: dict[str, list[uuid.UUID]] = {"won": [], "lost": []}
        for lead_id, partner_id in self._session.execute(_TO_CLOSE, [CLOSED_AT_ONCE, list(self._tokens)]).fetchall():
            action, status = ("win", "won") if self._dice.random() < 0.3 else ("lose", "lost")
            if self._dice.random() < BY_API:
                self._step(lead_id, partner_id, action, done="closed")
            else:
                lists[status].append(lead_id)
        for status, lead_ids in lists.items():
            self.done["closed"] += self._session.execute(_SET, [lead_ids, status]).rowcount

    def _step(self, lead_id: uuid.UUID, partner_id: uuid.UUID, action: str, *, done: str) -> None:
        self.done[done] += self._clients.step(lead_id, action, token=self._tokens[partner_id])
