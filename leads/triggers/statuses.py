"""Allowed status transitions for every writer: `leads.vocabulary.STEPS` as SQL."""

from collections.abc import Iterable

import pgtrigger

from leads.triggers.sql import listed
from leads.vocabulary import RESTARTING, STEPS, TRANSITION_RULE, LeadStatus
from migrations_sql.triggers import RuleTrigger, exempts


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"({listed(pair)})" for pair in sorted(set(pairs)))


def _targets(source: LeadStatus, *, has_partner: bool = True) -> tuple[str, ...]:
    followers = {step.target for step in STEPS if step.source == source and (has_partner or not step.needs_partner)}
    return tuple(status.value for status in LeadStatus if status in followers)


_ALWAYS = _pairs((step.source.value, step.target.value) for step in STEPS if not step.needs_partner)
_WITH_PARTNER = _pairs((step.source.value, step.target.value) for step in STEPS if step.needs_partner)
_AGAIN_ALWAYS = listed(
    [
        LeadStatus.NEW.value,
        *(step.target.value for step in STEPS if step.source is LeadStatus.NEW and not step.needs_partner),
    ]
)
_AGAIN_WITH_PARTNER = listed(
    step.target.value for step in STEPS if step.source is LeadStatus.NEW and step.needs_partner
)

_ALLOWED = f"""
    OLD.status NOT IN ({listed(LeadStatus.values)})
    OR (OLD.status, NEW.status) IN ({_ALWAYS})
    OR ((OLD.status, NEW.status) IN ({_WITH_PARTNER}) AND NEW.user_id IS NOT NULL)
    OR (
        OLD.status IN ({listed(RESTARTING)}) AND NEW.user_id IS DISTINCT FROM OLD.user_id
        AND (NEW.status IN ({_AGAIN_ALWAYS}) OR (NEW.status IN ({_AGAIN_WITH_PARTNER}) AND NEW.user_id IS NOT NULL))
    )
"""

_HINTS = " ".join(
    f"WHEN '{source}' THEN 'It can become: {', '.join(_targets(source)) or 'nothing else'}.'" for source in LeadStatus
)

_WITHOUT_PARTNER = f"'Without a partner it can become: {', '.join(_targets(LeadStatus.NEW, has_partner=False))}.'"

status_transition = RuleTrigger(
    name="status_transition",
    level=pgtrigger.Row,
    # AFTER, to see the final row: `write_once` restores the status when a stale row is written.
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    condition=pgtrigger.Condition(
        "NEW.status IS DISTINCT FROM OLD.status AND OLD.status IS NOT NULL AND (" + _ALLOWED + ") IS NOT TRUE"
    ),
    func=f"""
        IF {exempts("status")} THEN
            RETURN NULL;
        END IF;
        RAISE EXCEPTION 'the status of lead % cannot go from % to %', NEW.id, OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = '{TRANSITION_RULE}', TABLE = 'leads',
                HINT = CASE WHEN NEW.user_id IS NULL AND OLD.status = 'new' THEN {_WITHOUT_PARTNER}
                    ELSE CASE OLD.status {_HINTS} END END;
    """,
)
"""A transition that is not in the state machine is refused, whoever makes it."""
