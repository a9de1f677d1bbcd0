"""Shared SQL of the triggers: our own words, and whether a row satisfies the rules of its table.

In an adopted database, rows may be older than a rule and violate it: PostgreSQL then refuses every UPDATE of such a
row. A trigger that has to change rows skips those, or another application's statement would fail for a row that it did
not even name. It locks them, though: correcting such a row waits, and then makes up for what was missed
(`recount_mended`, `contact_mended`).
"""

from collections.abc import Iterable

import pgtrigger

from leads.vocabulary import CONTACT_TYPES, OPEN_STATUSES, LeadStatus
from migrations_sql.triggers import RuleTrigger


def listed(values: Iterable[str]) -> str:
    """Return our own constants as a list of SQL literals."""
    return ", ".join(f"'{value!s}'" for value in values)


OPEN = listed(OPEN_STATUSES)
CONTACT = listed(CONTACT_TYPES)


def keep_id(table: str) -> RuleTrigger:
    """Return the rule that a row keeps its id, since a new one would evade everything counted by it."""
    return RuleTrigger(
        name="keep_id",
        # AFTER, to see the final row, whatever other triggers did to it.
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.id <> OLD.id"),
        func=f"""
        RAISE EXCEPTION 'the id of a row of {table} stays as it is: % cannot become %', OLD.id, NEW.id
            USING ERRCODE = 'restrict_violation', TABLE = '{table}', COLUMN = 'id';
    """,
    )


def partner_is_valid(row: str) -> str:
    """Return an SQL condition: a row of `profiles`, by its alias, satisfies the rules of `leads.models.Partner`.

    As with check constraints, NULL violates none.
    """
    return (
        f"coalesce({row}.max_open_leads >= 0 AND {row}.ai_risk_score BETWEEN 0 AND 100"
        f" AND {row}.ai_risk_level IN ('low', 'medium', 'high'), true)"
    )


def lead_is_valid(row: str) -> str:
    """Return an SQL condition: a row of `leads`, by its alias, satisfies the rules of `leads.models.Lead`.

    This includes a status and a creation time, which a live database may not require.
    """
    return (
        f"(({row}.status, {row}.created_at) IS NOT NULL AND coalesce({row}.status IN ({listed(LeadStatus.values)})"
        f" AND {row}.deal_value >= 0 AND {row}.first_contact_at >= {row}.created_at, true))"
    )
