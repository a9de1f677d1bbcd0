"""Handing decided leads over: the winners under lock, looked at once more, and the leads' rows written."""

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
    """Hand the leads over, and note the attempt on those that nobody can take; on a lead that breaks a rule, nothing.

    The server does it while the block runs. What the block sends to it is done after that; what the server has to say
    to all of it comes at the end of the block. With `compare`, the partners whose counters will move are locked first;
    raises `WinnerMoved` if a winner is not as it was ranked. Without, all partners have to be locked already.
    """
    written = [(lead, choice.winner) for lead, choice in decided if lead.id not in broken.leads]
    if not written:
        yield
        return
    winners = sorted({winner for _, winner in written if winner is not None}) if compare else []
    locked = [candidates.partner_ids[winner] for winner in winners]
    left = {str(lead.partner_id) for lead, winner in written if lead.partner_id and winner is not None}
    # The end of a pipeline is no cursor, so that Django would let psycopg's own errors through.
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
