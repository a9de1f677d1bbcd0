"""Histories of leads, as an honest partner reports them and as one that would like a better score does."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tests.sql.reference import APART, ActivityRow, LeadRow, PartnerRow, World

MINUTE = timedelta(minutes=1)
_delays = st.one_of(
    st.sampled_from([timedelta(0), APART - MINUTE, APART, timedelta(hours=2), timedelta(days=1), timedelta(days=3)]),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What a partner did with a lead; `contacts` are the times of its contacts after the lead came in, earliest first.

    `age`: how long ago that was; what lies in the future does not happen.
    """

    age: timedelta
    status: str
    is_accepted: bool = False
    contacts: tuple[timedelta, ...] = ()
    deal_value: Decimal | None = None

    @property
    def happened(self) -> tuple[timedelta, ...]:
        """The contacts up to now."""
        return tuple(delay for delay in self.contacts if delay <= self.age)


@st.composite
def histories(draw: st.DrawFn, *, ages: st.SearchStrategy[timedelta], statuses: Sequence[str]) -> History:
    """A lead of one of these ages with one of these statuses; a rejected one was declined untouched."""
    status = draw(st.sampled_from(statuses))
    if status == "rejected":
        return History(age=draw(ages), status=status)
    return History(
        age=draw(ages),
        status=status,
        is_accepted=draw(st.booleans()),
        contacts=tuple(sorted(draw(st.lists(_delays, max_size=3)))),
        deal_value=draw(st.none() | st.decimals(0, 50_000, places=2)) if status == "won" else None,
    )


@st.composite
def gamed(draw: st.DrawFn, honest: History) -> History:
    """The same lead with the same true outcome, after some of the moves that would like to raise a score.

    Contacts come later or not at all; clicks follow the first one within half an hour; what was lost is completed, left
    without a result, or rejected after an acceptance or a contact. To decline an untouched lead is no move.
    """
    if honest.status == "rejected":
        return honest
    history = honest
    if draw(st.booleans()):
        shift, skipped = draw(_delays), draw(st.integers(0, 2))
        history = replace(history, contacts=tuple(delay + shift for delay in history.contacts[skipped:]))
    if draw(st.booleans()) and history.happened:
        clicks = draw(st.lists(st.timedeltas(timedelta(0), APART - timedelta(microseconds=1)), max_size=3))
        first = history.contacts[0]
        history = replace(history, contacts=tuple(sorted([*history.contacts, *(first + click for click in clicks)])))
    if history.status == "lost":
        endings = ["lost", "completed", "in_progress", "accepted", "new"]
        if history.is_accepted or history.happened:
            endings.append("rejected")
        history = replace(history, status=draw(st.sampled_from(endings)))
    return history


def world_of(partners: Iterable[Sequence[History]], *, t: datetime) -> World:
    """One partner with each of these lists of histories, seen from `t`; ids count from 1."""
    world = World()
    for number, taken in enumerate(partners, start=1):
        partner = PartnerRow(id=uuid.UUID(int=number))
        world.partners.append(partner)
        for history in taken:
            created_at = t - history.age
            lead = LeadRow(
                id=uuid.UUID(int=1000 + len(world.leads)),
                user_id=partner.id,
                created_at=created_at,
                assigned_at=created_at,
                status=history.status,
                accepted_at=created_at if history.is_accepted else None,
                first_contact_at=created_at + history.happened[0] if history.happened else None,
                deal_value=history.deal_value,
            )
            world.leads.append(lead)
            world.activities.extend(
                ActivityRow(lead_id=lead.id, type="phone_call", created_at=created_at + delay)
                for delay in history.happened
            )
    return world
