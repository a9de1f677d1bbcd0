"""What the triggers' texts have in common: our own words as SQL, and whether a row keeps the rules of its table.

In a database that was taken over, rows may be older than a rule and break it: PostgreSQL then refuses every UPDATE of
such a row. A trigger that has to change rows passes over those, or another application's statement would fail for a
row that it did not even name. It locks them, though: who puts the row right waits, and then makes up for what was
missed (`recount_mended`, `contact_mended`).
"""

from collections.abc import Iterable

import pgtrigger

from leads.vocabulary import CONTACT_TYPES, OPEN_STATUSES, LeadStatus
from migrations_sql.triggers import RuleTrigger


def listed(values: Iterable[str]) -> str:
    """Our own constants as a list of SQL literals."""
    return ", ".join(f"'{value!s}'" for value in values)


OPEN = listed(OPEN_STATUSES)
CONTACT = listed(CONTACT_TYPES)


def keep_id(table: str) -> RuleTrigger:
    """The rule that a row of the table keeps its id: whoever changed it would dodge what is counted by it."""
    return RuleTrigger(
        name="keep_id",
        # After, so that it sees the row as it became, whatever other triggers did to it.
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.id <> OLD.id"),
        func=f"""
        RAISE EXCEPTION 'the id of a row of {table} stays as it is: % cannot become %', OLD.id, NEW.id
            USING ERRCODE = 'restrict_violation', TABLE = '{table}', COLUMN = 'id';
    """,
    )


def partner_is_valid(row: str) -> str:
    """SQL: whether a row of `profiles`, by its name in the statement, keeps what `leads.models.Partner` asks of it.

    As with the check constraints, what is NULL breaks none.
    """
    return (
        f"coalesce({row}.max_open_leads >= 0 AND {row}.ai_risk_score BETWEEN 0 AND 100"
        f" AND {row}.ai_risk_level IN ('low', 'medium', 'high'), true)"
    )


def lead_is_valid(row: str) -> str:
    """SQL: whether a row of `leads`, by its name in the statement, keeps what `leads.models.Lead` asks of it.

    That is also a status and a time of creation, which a live database may not ask for.
    """
    return (
        f"(({row}.status, {row}.created_at) IS NOT NULL AND coalesce({row}.status IN ({listed(LeadStatus.values)})"
        f" AND {row}.deal_value >= 0 AND {row}.first_contact_at >= {row}.created_at, true))"
    )
