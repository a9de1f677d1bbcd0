"""Handing decided leads over: the winners under lock, looked at once more, and the leads' rows written."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from router.queries.candidates import Candidates
from router.queries.routable import RoutableLead
from router.queries.rules import BrokenRules
from router.scoring import Choice


class WinnerMoved(Exception):
    """A winner's row changed between the ranking and its lock."""


_HAND_OVER = "SELECT hand_over_leads(%s, %s::uuid[], %s::uuid[], %s::uuid[], %s::bytea[], %s::uuid[])"


def hand_over(
    decided: Sequence[tuple[RoutableLead, Choice]],
    candidates: Candidates,
    broken: BrokenRules,
    *,
    now: datetime,
    compare: bool,
) -> None:
    """Hand the leads over, and note the attempt on those that nobody can take; on a lead that breaks a rule, nothing.

    With `compare`, the partners whose counters will move are locked first; raises `WinnerMoved` if a winner is not as
    it was ranked. Without, all partners have to be locked already.
    """
    written = [(lead, choice.winner) for lead, choice in decided if lead.id not in broken.leads]
    if not written:
        return
    winners = sorted({winner for _, winner in written if winner is not None}) if compare else []
    locked = [candidates.partner_ids[winner] for winner in winners]
    left = {str(lead.partner_id) for lead, winner in written if lead.partner_id and winner is not None}
    with connection.cursor() as cursor:
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
        if cursor.fetchone() != (len(written),):
            raise WinnerMoved
