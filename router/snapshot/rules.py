"""Rows that are older than a rule and break it: PostgreSQL refuses every further change of such a row.

A check constraint that old rows break is `NOT VALID`: it binds what is written from then on, and an UPDATE writes the
whole row. So such a lead cannot be handed over, and on such a partner no lead is counted, until the row is right.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.db import connection

from leads.models import Partner
from leads.triggers.sql import partner_is_valid
from migrations_sql.checks import ColumnCheck

PARTNER_IS_VALID_SQL = partner_is_valid("profiles")
"""Whether a row of `profiles` keeps the check constraints of `leads.models.Partner`; as there, NULL breaks nothing."""


# Those of `partner_is_valid`. Of what a column can hold at all the triggers know nothing: adoption lets in no row that
# breaks such a rule.
_OUR_RULES = frozenset(
    constraint.name for constraint in Partner._meta.constraints if not isinstance(constraint, ColumnCheck)
)


@dataclass(frozen=True, slots=True)
class Check:
    """A check constraint: its table, its name, and what it asks of a row, in the names of the table's columns."""

    table: str
    name: str
    expression: str


@dataclass(frozen=True, slots=True)
class BrokenRules:
    """Leads and partners that break checks of their tables, by id, with the names of the checks."""

    leads: Mapping[uuid.UUID, list[str]]
    partners: Mapping[uuid.UUID, list[str]]

    def stop_counting_on(self, partner_id: uuid.UUID | None) -> bool:
        """Whether the database refuses that a lead comes to this partner or leaves it.

        Partners that break a rule of ours are passed over by the triggers that count. A rule of somebody else they do
        not know.
        """
        names = self.partners.get(partner_id, ()) if partner_id is not None else ()
        return bool(names) and _OUR_RULES.isdisjoint(names)


NONE_BROKEN = BrokenRules(leads=MappingProxyType({}), partners=MappingProxyType({}))

_CHECKS = """
SELECT relation.table_name, rule.conname, pg_get_expr(rule.conbin, rule.conrelid)
FROM unnest(%s::text[]) AS relation (table_name)
JOIN pg_constraint AS rule ON rule.conrelid = relation.table_name::regclass AND rule.contype = 'c'
ORDER BY relation.table_name, rule.conname
"""


def checks_of(*tables: str) -> list[Check]:
    """The check constraints of tables, whoever made them, in the order of their names."""
    with connection.cursor() as cursor:
        cursor.execute(_CHECKS, [list(tables)])
        return [Check(*row) for row in cursor.fetchall()]


def all_kept(checks: Iterable[Check]) -> str:
    """SQL for a statement with parameters over one table: whether a row keeps all these checks of it."""
    kept = " AND ".join(f"({check.expression})" for check in checks)
    return f"coalesce({kept.replace('%', '%%')}, true)" if kept else "true"


def broken_rules(*, lead_ids: Collection[uuid.UUID]) -> BrokenRules:
    """Which of these leads, and which of all partners, break checks of their tables; two statements."""
    checks = checks_of("leads", "profiles")
    statement = f"{_broken('leads', checks)} AND id = ANY(%s) UNION ALL {_broken('profiles', checks)}"
    broken: dict[str, dict[uuid.UUID, list[str]]] = {"leads": {}, "profiles": {}}
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(lead_ids)])
        for table, row_id, places in cursor.fetchall():
            broken[table][row_id] = [checks[place].name for place in places]
    return BrokenRules(leads=broken["leads"], partners=broken["profiles"])


def _broken(table: str, checks: Sequence[Check]) -> str:
    """SQL for a statement with parameters: the rows that break a check, and the places of those checks in `checks`."""
    own = {place: check for place, check in enumerate(checks) if check.table == table}
    places = ", ".join(f"CASE WHEN {all_kept([check])} THEN NULL ELSE {place} END" for place, check in own.items())
    return (
        f"SELECT '{table}', id, array_remove(ARRAY[{places}]::integer[], NULL)"  # noqa: S608  # the database's own words
        f" FROM {table} WHERE NOT {all_kept(own.values())}"
    )
