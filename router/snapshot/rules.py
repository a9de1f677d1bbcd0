"""Rows older than a rule that they violate: PostgreSQL refuses every further change of such a row.

A check constraint that old rows violate is `NOT VALID`: it applies to every later write, and an UPDATE writes the whole
row. So such a lead cannot be assigned, and such a partner's leads are not counted, until the row is corrected.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.db import connection

from leads.models import Partner
from migrations_sql.checks import ColumnCheck

# The rules of `partner_is_valid`. The triggers ignore column checks on plausible values: adoption admits no row that
# violates one.
_OUR_RULES = frozenset(
    constraint.name for constraint in Partner._meta.constraints if not isinstance(constraint, ColumnCheck)
)


@dataclass(frozen=True, slots=True)
class Check:
    """A check constraint: its table, its name, and its condition, with the names of the table's columns."""

    table: str
    name: str
    expression: str


@dataclass(frozen=True, slots=True)
class BrokenRules:
    """Leads and partners that violate checks of their tables, by id, with the names of the checks."""

    leads: Mapping[uuid.UUID, list[str]]
    partners: Mapping[uuid.UUID, list[str]]

    def stop_counting_on(self, partner_id: uuid.UUID | None) -> bool:
        """Return whether the database refuses to assign leads to this partner, or to take leads from it.

        Counting triggers skip partners that violate a rule of ours. They do not know the rules of other applications.
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
    """Return the check constraints of tables, whoever created them, in the order of their names."""
    with connection.cursor() as cursor:
        cursor.execute(_CHECKS, [list(tables)])
        return [Check(*row) for row in cursor.fetchall()]


def all_kept(checks: Iterable[Check]) -> str:
    """Return parameterised SQL over one table: whether a row satisfies all these checks of it."""
    kept = " AND ".join(f"({check.expression})" for check in checks)
    return f"coalesce({kept.replace('%', '%%')}, true)" if kept else "true"


def broken_rules(*, lead_ids: Collection[uuid.UUID]) -> BrokenRules:
    """Return these leads and all partners that violate checks of their tables, with two statements."""
    checks = checks_of("leads", "profiles")
    statement = f"{_broken('leads', checks)} AND id = ANY(%s) UNION ALL {_broken('profiles', checks)}"
    broken: dict[str, dict[uuid.UUID, list[str]]] = {"leads": {}, "profiles": {}}
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(lead_ids)])
        for table, row_id, places in cursor.fetchall():
            broken[table][row_id] = [checks[place].name for place in places]
    return BrokenRules(leads=broken["leads"], partners=broken["profiles"])


def _broken(table: str, checks: Sequence[Check]) -> str:
    """Return parameterised SQL: the rows that violate a check, and the indices of those checks in `checks`."""
    own = {place: check for place, check in enumerate(checks) if check.table == table}
    places = ", ".join(f"CASE WHEN {all_kept([check])} THEN NULL ELSE {place} END" for place, check in own.items())
    return (
        f"SELECT '{table}', id, array_remove(ARRAY[{places}]::integer[], NULL)"  # noqa: S608  # the database's own words
        f" FROM {table} WHERE NOT {all_kept(own.values())}"
    )
