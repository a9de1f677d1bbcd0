"""Checks on the rows: the rules they violate, the words they use, and the meaning of a high AI score."""

import re
from collections.abc import Iterator

from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import CheckConstraint

from config.adoption.alignment import old_tables
from config.adoption.catalog import Catalog, Constraint, Relation
from config.adoption.columns import fit
from config.adoption.expected import expected_tables
from config.adoption.findings import Direction, LevelScores, RowProblem, ScoreDirection, ValueCount, Values
from leads.vocabulary import ActivityType, LeadStatus

WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("leads", "status"): tuple(LeadStatus.values),
    ("lead_activities", "type"): tuple(ActivityType.values),
}
"""Columns that hold our words, which no check constraint of the marketplace may refuse."""

EXAMPLES = 5
DISTINCT_VALUES = 50
CLEAR_DIFFERENCE = 10.0
"""Difference in points between the mean scores of the low and high levels that counts as conclusive."""

ENOUGH_PARTNERS = 3
"""Minimum number of partners at each of the two levels for any conclusion."""


def narrow_checks(cursor: CursorWrapper, catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """Return, by table, the single-column checks that would refuse one of our words, whatever their names."""
    found: dict[str, tuple[str, ...]] = {}
    for (table, column), words in WORDS.items():
        relation = catalog.tables.get(table)
        if relation is not None and column in relation.columns:
            found[table] = tuple(
                constraint.name
                for constraint in relation.constraints.values()
                if constraint.kind == "c"
                and constraint.columns == [column]
                and _refuses(cursor, constraint, column=column, type_=relation.columns[column].type, words=words)
            )
    return found


def type_words(cursor: CursorWrapper, catalog: Catalog) -> tuple[str, ...]:
    """Return the activity types that the marketplace's checks allow by name and that we do not know."""
    relation = catalog.tables.get("lead_activities")
    if relation is None or "type" not in relation.columns:
        return ()
    column, known = relation.columns["type"], WORDS["lead_activities", "type"]
    if column.is_enum:
        cursor.execute(
            "SELECT enumlabel FROM pg_enum WHERE enumtypid = %s::regtype ORDER BY enumsortorder", [column.type]
        )
        return tuple(label for (label,) in cursor.fetchall() if label not in known)
    found: set[str] = set()
    for name in catalog.narrow_checks.get(relation.name, ()):
        constraint = relation.constraints[name]
        named = {word.replace("''", "'") for word in _LITERAL.findall(constraint.expression or "")} - set(known)
        found |= {
            word for word in named if not _refuses(cursor, constraint, column="type", type_=column.type, words=(word,))
        }
    return tuple(sorted(found))


_LITERAL = re.compile(r"'((?:[^']|'')+)'")


def _refuses(cursor: CursorWrapper, constraint: Constraint, *, column: str, type_: str, words: tuple[str, ...]) -> bool:
    """Return whether a check refuses one of the words, by asking PostgreSQL itself."""
    typed = "text" if "char" not in type_ else type_.partition("(")[0]
    statement = f"SELECT bool_and({constraint.expression}) FROM unnest(%s::{typed}[]) AS given ({column})"  # noqa: S608  # the expression is the database's own
    try:
        with transaction.atomic():
            cursor.execute(statement, [list(words)])
            (accepts,) = cursor.fetchone()
    except DatabaseError:
        # It compares with a type of the marketplace, and says nothing about text.
        return False
    return accepts is False


def broken_rules(cursor: CursorWrapper, catalog: Catalog, *, timezone: str | None) -> Iterator[RowProblem]:
    """Yield the rules that rows violate, with one scan per table; rules that already hold for all rows are skipped."""
    for table in old_tables(catalog):
        if not table.readable:
            continue
        rules = {**_checks(table, timezone=timezone), **_missing_values(table, timezone=timezone)}
        rules |= _orphans(catalog, table, timezone=timezone) | _repeats(table, timezone=timezone)
        if not rules:
            continue
        columns = _as_ours(table, timezone=timezone)
        source = _source(table, columns)
        counts = ", ".join(f"count(*) FILTER (WHERE {broken})" for broken in rules.values())
        cursor.execute(f"SELECT {counts} FROM {source}")  # noqa: S608  # made from our own models and quoted names
        for (rule, broken), count in zip(rules.items(), cursor.fetchone(), strict=True):
            if count:
                examples: tuple[str, ...] = ()
                if "id" in columns:
                    cursor.execute(
                        f"SELECT id::text FROM {source} WHERE {broken} ORDER BY 1 LIMIT {EXAMPLES}"  # noqa: S608  # as above
                    )
                    examples = tuple(row[0] for row in cursor.fetchall())
                yield RowProblem(rule=rule, table=table.name, count=count, examples=examples)


def _as_ours(table: Relation, *, timezone: str | None) -> dict[str, str]:
    """Return the known, convertible columns of the table, as expressions of their future types.

    Lists written as text are left out: reading one takes a function, which an inspection may not create.
    """
    expected = expected_tables()[table.name].columns
    columns = {}
    for column in table.columns.values():
        ours = expected.get(column.name)
        if ours is not None:
            fits = fit(table=table.name, found=column, expected=ours, timezone=timezone or "UTC")
            if not fits.refusal and "as_list" not in fits.using:
                columns[column.name] = fits.using or connection.ops.quote_name(column.name)
    return columns


def _source(table: Relation, columns: dict[str, str]) -> str:
    quote = connection.ops.quote_name
    listed = ", ".join(f"{expression} AS {quote(name)}" for name, expression in columns.items())
    return f"(SELECT {listed} FROM {quote(table.name)}) AS {quote(table.name)}"  # noqa: S608  # quoted names


def _checks(table: Relation, *, timezone: str | None) -> dict[str, str]:
    """Return our checks on existing columns, as conditions that match the rows violating them."""
    expected = expected_tables()[table.name]
    unknown = set(expected.columns) - set(_as_ours(table, timezone=timezone))
    rules: dict[str, str] = {}
    with connection.schema_editor(collect_sql=True) as editor:
        for constraint in expected.model._meta.constraints:
            present = table.constraints.get(constraint.name)
            if not isinstance(constraint, CheckConstraint) or (present is not None and present.validated):
                continue
            condition = constraint._get_check_sql(expected.model, editor)  # type: ignore[attr-defined]  # noqa: SLF001  # not in the stubs; the text of the rule itself
            if not any(f'"{column}"' in condition for column in unknown):
                rules[constraint.name] = f"NOT ({condition})"
    return rules


def _missing_values(table: Relation, *, timezone: str | None) -> dict[str, str]:
    """Return conditions for missing values in columns that may be NULL now and should not be."""
    expected = expected_tables()[table.name].columns
    return {
        not_null_name(table.name, name): f"{connection.ops.quote_name(name)} IS NULL"
        for name in _as_ours(table, timezone=timezone)
        if table.columns[name].nullable and expected[name].required
    }


def not_null_name(table: str, column: str) -> str:
    """Return the name of the rule that a column has a value."""
    return f"{table}_{column}_not_null"


def _orphans(catalog: Catalog, table: Relation, *, timezone: str | None) -> dict[str, str]:
    """Return conditions for references to missing rows, where no validated foreign key rules them out."""
    quote = connection.ops.quote_name
    rules: dict[str, str] = {}
    columns = _as_ours(table, timezone=timezone)
    for column, target in expected_tables()[table.name].references.items():
        held = any(
            key.kind == "f" and key.columns == [column] and key.target == target and key.validated
            for key in table.constraints.values()
        )
        if held or column not in columns or target not in catalog.tables:
            continue
        if catalog.tables[target].readable and "id" in _as_ours(catalog.tables[target], timezone=timezone):
            reference = f"{quote(table.name)}.{quote(column)}"
            rules[f"{table.name}_{column}_references_{target}"] = (
                f"{reference} IS NOT NULL AND NOT EXISTS"
                f" (SELECT FROM {quote(target)} AS target WHERE target.id = {reference})"  # quoted names
            )
    return rules


def _repeats(table: Relation, *, timezone: str | None) -> dict[str, str]:
    """Return conditions for duplicate values that should be unique."""
    rules: dict[str, str] = {}
    for column in expected_tables()[table.name].uniques:
        unique = any(
            index.unique and index.columns == [column] and not index.partial for index in table.indexes.values()
        )
        if column in _as_ours(table, timezone=timezone) and not unique:
            name, source = connection.ops.quote_name(column), connection.ops.quote_name(table.name)
            repeated = f"SELECT {name} FROM {source} GROUP BY 1 HAVING count(*) > 1"  # noqa: S608  # quoted names
            rules[f"{table.name}_{column}_unique"] = f"{name} IN ({repeated})"
    return rules


def distinct_values(cursor: CursorWrapper, catalog: Catalog) -> Iterator[Values]:
    """Yield the statuses and types found in the rows."""
    quote = connection.ops.quote_name
    for (table, column), words in WORDS.items():
        relation = catalog.tables.get(table)
        if relation is None or column not in relation.columns or not relation.readable:
            continue
        cursor.execute(
            f"SELECT {quote(column)}::text, count(*) FROM {quote(table)}"  # noqa: S608  # our own names
            f" GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {DISTINCT_VALUES}"
        )
        yield Values(
            column=f"{table}.{column}",
            values=tuple(
                ValueCount(value=value, count=count, known=value in words) for value, count in cursor.fetchall()
            ),
        )


def score_direction(cursor: CursorWrapper, catalog: Catalog) -> ScoreDirection:
    """Determine whether a high AI score goes with the low level (it means trust) or with the high one (risk)."""
    table = catalog.tables.get("profiles")
    if (
        table is None
        or not table.readable
        or not {"ai_risk_score", "ai_risk_level"} <= set(_as_ours(table, timezone=None))
    ):
        return ScoreDirection(
            direction=Direction.UNKNOWN, levels=(), reason="there are no scores and levels to compare"
        )
    cursor.execute(
        "SELECT lower(btrim(ai_risk_level::text)), count(*), avg(ai_risk_score)::float8 FROM profiles"
        " WHERE ai_risk_score BETWEEN 0 AND 100 AND ai_risk_level IS NOT NULL GROUP BY 1 ORDER BY 3 DESC, 1"
    )
    levels = tuple(
        LevelScores(level=level, partners=count, mean_score=mean) for level, count, mean in cursor.fetchall()
    )
    by_level = {level.level: level for level in levels}
    low, high = by_level.get("low"), by_level.get("high")
    if low is None or high is None or min(low.partners, high.partners) < ENOUGH_PARTNERS:
        reason = f"fewer than {ENOUGH_PARTNERS} partners have a score and the level low, or a score and the level high"
        return ScoreDirection(direction=Direction.UNKNOWN, levels=levels, reason=reason)
    difference = high.mean_score - low.mean_score
    reason = f"mean score {low.mean_score:.1f} at level low, {high.mean_score:.1f} at level high"
    if abs(difference) < CLEAR_DIFFERENCE:
        return ScoreDirection(direction=Direction.UNKNOWN, levels=levels, reason=f"{reason}: too close to tell")
    return ScoreDirection(direction=Direction.RISK if difference > 0 else Direction.TRUST, levels=levels, reason=reason)
