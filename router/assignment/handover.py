"""Hand-over of decided leads: lock and check the winners, write the leads' rows, and append the decision records."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from django.db import connection

from router.decisions.record import AssignmentRun, Decision, Record, append_record, append_records
from router.scoring import Choice
from router.snapshot.candidates import Candidates
from router.snapshot.routable import RoutableLead
from router.snapshot.rules import BrokenRules


class WinnerMoved(Exception):
    """A winner's row changed between the ranking and its lock."""


_HAND_OVER = "SELECT hand_over_leads(%s, %s::uuid[], %s::uuid[], %s::uuid[], %s::bytea[], %s::uuid[])"


class HandOver:
    """Assignment of leads, and the count of an attempt on those without a candidate; leads that violate a rule stay.

    `send()` starts it on the server, `finish()` waits for it and writes the records. What Python does in between takes
    no extra time. Close it in any case: until then the connection is in pipeline mode.
    """

    def __init__(
        self, decided: Sequence[tuple[RoutableLead, Choice]], candidates: Candidates, broken: BrokenRules
    ) -> None:
        self._candidates = candidates
        self._written = [(lead, choice.winner) for lead, choice in decided if lead.id not in broken.leads]
        self._pipeline = ExitStack()
        self._result: Any = None

    def send(self, *, now: datetime, compare: bool) -> None:
        """Send the statement; results and errors arrive in `finish`.

        With `compare`, the partners whose counters will change are locked first, and the winners have to be as they
        were ranked. Without it, all partners must be locked already.
        """
        if not self._written:
            return
        partner_ids = self._candidates.partner_ids
        winners = sorted({winner for _, winner in self._written if winner is not None}) if compare else []
        locked = [partner_ids[winner] for winner in winners]
        left = {str(lead.partner_id) for lead, winner in self._written if lead.partner_id and winner is not None}
        self._result = self._pipeline.enter_context(connection.cursor())
        # Errors at the end of a pipeline bypass Django's cursor wrapper, so psycopg's own would be raised.
        self._pipeline.enter_context(connection.wrap_database_errors)
        self._pipeline.enter_context(connection.connection.pipeline())
        self._result.execute(
            _HAND_OVER,
            [
                now,
                [lead.id for lead, _ in self._written],
                [None if winner is None else partner_ids[winner] for _, winner in self._written],
                locked,
                [self._candidates.standing_of(winner) for winner in winners],
                [*locked, *left],
            ],
        )

    def finish(self, records: Sequence[Record], run: AssignmentRun) -> list[Decision]:
        """Wait for the server, append the records, and return their decisions.

        Raises `WinnerMoved` if a winner is not as it was ranked, and the database's errors; then the transaction has to
        be rolled back.
        """
        # A single record is sent along, and costs no round trip; COPY needs the connection for itself.
        is_sent_along = len(records) == 1
        with self._pipeline:
            appended = append_record(records[0], candidates=self._candidates, run=run) if is_sent_along else None
            if self._written and self._result.fetchone() != (len(self._written),):
                raise WinnerMoved
        if appended is not None:
            return [appended.decision()]
        return append_records(records, candidates=self._candidates, run=run)

    def close(self) -> None:
        """Leave the pipeline if `finish` was not reached."""
        self._pipeline.close()
