"""Assignment of decided leads: lock and check the winners, and write the leads' rows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from router.scoring import Choice
from router.snapshot.candidates import Candidates
from router.snapshot.routable import RoutableLead
from router.snapshot.rules import BrokenRules


class WinnerMoved(Exception):
    """A winner's row changed between the ranking and its lock."""


_HAND_OVER = "SELECT hand_over_leads(%s, %s::uuid[], %s::uuid[], %s::uuid[], %s::bytea[], %s::uuid[])"


@contextmanager
def handing_over(
    decided: Sequence[tuple[RoutableLead, Choice]],
    candidates: Candidates,
    broken: BrokenRules,
    *,
    now: datetime,
    compare: bool,
) -> Iterator[None]:
    """Assign the leads, and count the attempt on those without a candidate; skip leads that violate a rule.

    The server does this while the block runs. Statements that the block sends run afterwards; all results and errors
    arrive at the end of the block. With `compare`, the partners whose counters will change are locked first; raises
    `WinnerMoved` if a winner is not as it was ranked. Without it, all partners must be locked already.
    """
    written = [(lead, choice.winner) for lead, choice in decided if lead.id not in broken.leads]
    if not written:
        yield
        return
    winners = sorted({winner for _, winner in written if winner is not None}) if compare else []
    locked = [candidates.partner_ids[winner] for winner in winners]
    left = {str(lead.partner_id) for lead, winner in written if lead.partner_id and winner is not None}
    # Errors at the end of a pipeline bypass Django's cursor wrapper, so psycopg's own would be raised.
    with connection.cursor() as cursor, connection.wrap_database_errors, connection.connection.pipeline():
        cursor.execute(
            _HAND_OVER,
            [
                now,
                [lead.id for lead, _ in written],
                [None if winner is None else candidates.partner_ids[winner] for _, winner in written],
                locked,
                [candidates.standing_of(winner) for winner in winners],
                [*locked, *left],
            ],
        )
        yield
        if cursor.fetchone() != (len(written),):
            raise WinnerMoved
