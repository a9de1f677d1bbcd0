"""A snapshot of the database, read from PostgreSQL's catalogs with a handful of statements. Changes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from django.db.backends.utils import CursorWrapper


class Column(NamedTuple):
    """A column; `type` as PostgreSQL writes it."""

    name: str
    type: str
    nullable: bool
    default: str | None
    generated: bool
    is_enum: bool


class Constraint(NamedTuple):
    """A constraint; `kind` is c (check), f (foreign key), p (primary key), u (unique) or another of PostgreSQL's."""

    name: str
    kind: str
    columns: list[str]
    target: str | None
    validated: bool
    definition: str
    expression: str | None


class Index(NamedTuple):
    """An index; `columns` are its plain columns, in order, None where one is an expression."""

    name: str
    columns: list[str | None]
    unique: bool
    partial: bool
    valid: bool
    definition: str


class Trigger(NamedTuple):
    """A user-defined trigger; `enabled` is O (yes), D (no), R (on replicas only) or A (always)."""

    name: str
    enabled: str
    function: str
    comment: str | None


class Function(NamedTuple):
    """A function; `arguments` are its parameter types, `signature` is what DROP FUNCTION and GRANT take.

    `as_owner` means SECURITY DEFINER. `grants` has the form of a relation's.
    """

    name: str
    arguments: str
    signature: str
    result: str
    source: str
    owned: bool
    as_owner: bool
    grants: list[list[str]]


class Dependent(NamedTuple):
    """An object that uses a relation (`column` is None) or one of its columns, and would break without it."""

    relation: str
    column: str | None
    kind: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A table, view or materialized view.

    - `kind`: PostgreSQL's relkind.
    - `owned`: whether the current role may alter it.
    - `secured`, `hides_rows`: whether row-level security is on, and whether it applies to the current role.
    - `grants`: [privilege, grantee as SQL] for every role except the current one; includes the owner.
    """

    name: str
    kind: str
    owner: str
    owned: bool
    secured: bool
    hides_rows: bool
    readable: bool
    estimated_rows: int
    grants: list[list[str]]
    columns: Mapping[str, Column] = field(default_factory=dict)
    constraints: Mapping[str, Constraint] = field(default_factory=dict)
    indexes: Mapping[str, Index] = field(default_factory=dict)
    triggers: Mapping[str, Trigger] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """One schema of a database, as seen by the current role.

    - `schema`: where our tables are, or would be created; `first_schema`: where new ones are created.
    - `sequences`: (sequence, owning table).
    - `text_casts`: types that compare with text.
    - `narrow_checks`: check constraints, by table, that refuse one of our own words.
    - `type_words`: activity types that those constraints allow and we do not know.
    """

    database: str
    user: str
    server_version: str
    schema: str | None
    first_schema: str | None
    relations: Mapping[str, Relation] = field(default_factory=dict)
    functions: tuple[Function, ...] = ()
    dependents: tuple[Dependent, ...] = ()
    sequences: tuple[tuple[str, str], ...] = ()
    text_casts: frozenset[str] = frozenset()
    narrow_checks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    type_words: tuple[str, ...] = ()

    @cached_property
    def tables(self) -> dict[str, Relation]:
        """Tables by name."""
        return {name: relation for name, relation in self.relations.items() if relation.kind in {"r", "p"}}

    def functions_called(self, name: str) -> list[Function]:
        """Return all functions with this name, whatever their parameters."""
        return [function for function in self.functions if function.name == name]

    def users_of(self, relation: str, column: str | None = None) -> list[Dependent]:
        """Return the objects that would break without a relation, or without one of its columns."""
        return [
            dependent
            for dependent in self.dependents
            if dependent.relation == relation and (column is None or dependent.column == column)
        ]


_PLACE = """
SELECT current_database(), current_user, current_setting('server_version'), current_schema(),
    (
        SELECT space.nspname FROM unnest(current_schemas(false)) WITH ORDINALITY AS path (name, place)
        JOIN pg_namespace AS space ON space.nspname = path.name
        JOIN pg_class AS relation ON relation.relnamespace = space.oid
        WHERE relation.relname = ANY(%s)
        ORDER BY path.place LIMIT 1
    )
"""

_RELATIONS = """
SELECT relation.oid::bigint, relation.relname, relation.relkind, pg_get_userbyid(relation.relowner),
    pg_has_role(relation.relowner, 'USAGE'), relation.relrowsecurity,
    relation.relkind IN ('r', 'p') AND row_security_active(relation.oid),
    has_table_privilege(relation.oid, 'SELECT'), greatest(relation.reltuples, 0)::bigint,
    coalesce((
        SELECT array_agg(ARRAY[item.privilege_type, CASE WHEN item.grantee = 0 THEN 'PUBLIC'
            ELSE quote_ident(pg_get_userbyid(item.grantee)) END
            || CASE WHEN item.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END])
        FROM aclexplode(coalesce(relation.relacl, acldefault('r', relation.relowner))) AS item
        WHERE item.grantee <> current_user::regrole
    ), '{}')
FROM pg_class AS relation
WHERE relation.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s)
    AND relation.relkind IN ('r', 'p', 'v', 'm', 'f')
"""

_COLUMNS = """
SELECT att.attrelid::bigint, att.attname, format_type(att.atttypid, att.atttypmod),
    NOT (att.attnotnull OR type.typnotnull),
    CASE WHEN att.attgenerated = '' THEN coalesce(pg_get_expr(def.adbin, def.adrelid), type.typdefault) END,
    att.attgenerated <> '' OR att.attidentity <> '', coalesce(element.typtype, type.typtype) = 'e'
FROM pg_attribute AS att
JOIN pg_type AS type ON type.oid = att.atttypid
LEFT JOIN pg_type AS element ON element.oid = type.typelem AND type.typcategory = 'A'
LEFT JOIN pg_attrdef AS def ON def.adrelid = att.attrelid AND def.adnum = att.attnum
WHERE att.attrelid = ANY(%s) AND att.attnum > 0 AND NOT att.attisdropped
ORDER BY att.attrelid, att.attnum
"""

_CONSTRAINTS = """
SELECT con.conrelid::bigint, con.conname, con.contype,
    coalesce((
        SELECT array_agg(att.attname::text ORDER BY key.place)
        FROM unnest(con.conkey) WITH ORDINALITY AS key (number, place)
        JOIN pg_attribute AS att ON att.attrelid = con.conrelid AND att.attnum = key.number
    ), '{}'),
    CASE WHEN con.confrelid <> 0 THEN con.confrelid::regclass::text END,
    con.convalidated, pg_get_constraintdef(con.oid), pg_get_expr(con.conbin, con.conrelid)
FROM pg_constraint AS con
WHERE con.conrelid = ANY(%s::oid[]) AND con.contype <> 'n'
"""

_INDEXES = """
SELECT ind.indrelid::bigint, relation.relname,
    (
        SELECT array_agg(att.attname::text ORDER BY key.place)
        FROM unnest(ind.indkey::smallint[]) WITH ORDINALITY AS key (number, place)
        LEFT JOIN pg_attribute AS att ON att.attrelid = ind.indrelid AND att.attnum = key.number AND key.number > 0
        WHERE key.place <= ind.indnkeyatts
    ),
    ind.indisunique, ind.indpred IS NOT NULL, ind.indisvalid, pg_get_indexdef(ind.indexrelid)
FROM pg_index AS ind JOIN pg_class AS relation ON relation.oid = ind.indexrelid
WHERE ind.indrelid = ANY(%s::oid[])
"""

_TRIGGERS = """
SELECT trigger.tgrelid::bigint, trigger.tgname, trigger.tgenabled, trigger.tgfoid::regproc::text,
    obj_description(trigger.oid, 'pg_trigger')
FROM pg_trigger AS trigger
WHERE trigger.tgrelid = ANY(%s::oid[]) AND NOT trigger.tgisinternal
"""

_FUNCTIONS = """
SELECT proc.proname, oidvectortypes(proc.proargtypes), proc.oid::regprocedure::text,
    pg_get_function_result(proc.oid), proc.prosrc, pg_has_role(proc.proowner, 'USAGE'), proc.prosecdef,
    coalesce((
        SELECT array_agg(ARRAY[item.privilege_type, CASE WHEN item.grantee = 0 THEN 'PUBLIC'
            ELSE quote_ident(pg_get_userbyid(item.grantee)) END
            || CASE WHEN item.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END])
        FROM aclexplode(coalesce(proc.proacl, acldefault('f', proc.proowner))) AS item
        WHERE item.grantee <> current_user::regrole
    ), '{}')
FROM pg_proc AS proc
WHERE proc.pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s) AND proc.prokind = 'f'
ORDER BY proc.proname, proc.oid
"""

# Objects that refer to a relation, its row type or one of its columns, as PostgreSQL describes them. A view's own rule
# and a table's own defaults and constraints are dropped with it and do not count; triggers and policies on a column do.
_DEPENDENTS = """
WITH used AS (
    SELECT relation.oid, relation.relname, relation.reltype
    FROM pg_class AS relation WHERE relation.oid = ANY(%s::oid[])
), referring AS (
    SELECT used.oid, used.relname, dep.refobjsubid, dep.classid, dep.objid, dep.objsubid
    FROM used JOIN pg_depend AS dep ON dep.refclassid = 'pg_class'::regclass AND dep.refobjid = used.oid
    WHERE dep.deptype IN ('n', 'a')
    UNION ALL
    SELECT used.oid, used.relname, 0, dep.classid, dep.objid, dep.objsubid
    FROM used JOIN pg_depend AS dep ON dep.refclassid = 'pg_type'::regclass
        AND dep.refobjid IN (used.reltype, (SELECT typarray FROM pg_type WHERE oid = used.reltype))
    WHERE dep.deptype = 'n'
    UNION ALL
    SELECT proc.oid, proc.proname, 0, dep.classid, dep.objid, dep.objsubid
    FROM pg_proc AS proc JOIN pg_depend AS dep ON dep.refclassid = 'pg_proc'::regclass AND dep.refobjid = proc.oid
    WHERE proc.proname = %s AND proc.pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s)
        AND dep.deptype = 'n'
)
SELECT DISTINCT referring.relname, att.attname, catalog.relname,
    CASE WHEN rule.oid IS NULL THEN pg_describe_object(referring.classid, referring.objid, referring.objsubid)
        ELSE pg_describe_object('pg_class'::regclass, rule.ev_class, 0) END
FROM referring
JOIN pg_class AS catalog ON catalog.oid = referring.classid
LEFT JOIN pg_rewrite AS rule ON referring.classid = 'pg_rewrite'::regclass AND rule.oid = referring.objid
LEFT JOIN pg_attribute AS att ON att.attrelid = referring.oid AND att.attnum = referring.refobjsubid
    AND referring.refobjsubid > 0
LEFT JOIN pg_attrdef AS def ON referring.classid = 'pg_attrdef'::regclass AND def.oid = referring.objid
WHERE (rule.oid IS NULL OR rule.ev_class <> referring.oid)
    AND catalog.relname IN (
        'pg_rewrite', 'pg_policy', 'pg_trigger', 'pg_proc', 'pg_attrdef', 'pg_class', 'pg_publication_rel'
    )
    AND (catalog.relname <> 'pg_class' OR NOT EXISTS (
        SELECT FROM pg_class AS own WHERE own.oid = referring.objid AND own.relkind IN ('i', 'I', 'S', 't')
    ))
    AND (catalog.relname NOT IN ('pg_policy', 'pg_trigger', 'pg_publication_rel') OR referring.refobjsubid > 0)
    AND (catalog.relname <> 'pg_attrdef' OR def.adnum <> referring.refobjsubid)
ORDER BY 1, 2, 3, 4
"""

_SEQUENCES = """
SELECT sequence.relname, tab.relname
FROM pg_depend AS dep
JOIN pg_class AS sequence ON sequence.oid = dep.objid AND sequence.relkind = 'S'
JOIN pg_class AS tab ON tab.oid = dep.refobjid
WHERE dep.classid = 'pg_class'::regclass AND dep.refclassid = 'pg_class'::regclass AND dep.deptype IN ('a', 'i')
    AND tab.oid = ANY(%s::oid[])
"""


_TEXT_CASTS = """
SELECT format_type(castsource, NULL) FROM pg_cast WHERE casttarget = 'text'::regtype AND castcontext = 'i'
"""


def read_catalog(cursor: CursorWrapper, *, landmarks: tuple[str, ...], function: str) -> Catalog:
    """Read the first schema of the search path that holds one of the relations `landmarks`, else its first schema.

    `dependents` are those of the landmarks and of the functions called `function`.
    """
    cursor.execute(_PLACE, [list(landmarks)])
    database, user, version, first_schema, found = cursor.fetchone()
    schema = found or first_schema
    if schema is None:
        return Catalog(database=database, user=user, server_version=version, schema=None, first_schema=None)
    cursor.execute(_RELATIONS, [schema])
    rows = cursor.fetchall()
    oids = [row[0] for row in rows]
    columns = _parts(cursor, _COLUMNS, oids, Column)
    constraints = _parts(cursor, _CONSTRAINTS, oids, Constraint)
    indexes = _parts(cursor, _INDEXES, oids, Index)
    triggers = _parts(cursor, _TRIGGERS, oids, Trigger)
    relations = {
        name: Relation(
            name=name,
            kind=kind,
            owner=owner,
            owned=owned,
            secured=secured,
            hides_rows=hides_rows,
            readable=readable,
            estimated_rows=estimated_rows,
            grants=grants,
            columns=columns.get(oid, {}),
            constraints=constraints.get(oid, {}),
            indexes=indexes.get(oid, {}),
            triggers=triggers.get(oid, {}),
        )
        for oid, name, kind, owner, owned, secured, hides_rows, readable, estimated_rows, grants in rows
    }
    cursor.execute(_FUNCTIONS, [schema])
    functions = tuple(Function(*row) for row in cursor.fetchall())
    cursor.execute(_DEPENDENTS, [[oid for oid, name, *_ in rows if name in landmarks], function, schema])
    dependents = tuple(Dependent(*row) for row in cursor.fetchall())
    cursor.execute(_SEQUENCES, [oids])
    sequences = tuple(cursor.fetchall())
    cursor.execute(_TEXT_CASTS)
    return Catalog(
        database=database,
        user=user,
        server_version=version,
        schema=schema,
        first_schema=first_schema,
        relations=relations,
        functions=functions,
        dependents=dependents,
        sequences=sequences,
        text_casts=frozenset(name for (name,) in cursor.fetchall()),
    )


_Part = TypeVar("_Part", Column, Constraint, Index, Trigger)


def _parts(
    cursor: CursorWrapper, statement: str, oids: list[int], make: Callable[..., _Part]
) -> dict[int, dict[str, _Part]]:
    """Read the parts of all relations, by relation and by name."""
    cursor.execute(statement, [oids])
    parts: dict[int, dict[str, _Part]] = {}
    row: tuple[Any, ...]
    for oid, *row in cursor.fetchall():
        part = make(*row)
        parts.setdefault(oid, {})[part.name] = part
    return parts
