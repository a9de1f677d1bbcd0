"""The SQL that migrations run, as files: `<name>.sql` and its way back, `<name>.reverse.sql`.

The files write `public.` before every name of ours; it stands for the schema in which the tables are.
"""

from pathlib import Path

from migrations_sql.operations import RunSqlInSchema

_FOLDER = Path(__file__).resolve().parent


def read_sql(file_name: str) -> str:
    """The text of one SQL file; the one place where such a text is read."""
    return (_FOLDER / file_name).read_text(encoding="utf-8")


def run_sql(name: str) -> RunSqlInSchema:
    """A migration operation that runs `<name>.sql` forwards and `<name>.reverse.sql` backwards."""
    return RunSqlInSchema(sql=read_sql(f"{name}.sql"), reverse_sql=read_sql(f"{name}.reverse.sql"))


def undo_sql(name: str) -> RunSqlInSchema:
    """A migration operation that takes back what `run_sql(name)` made, and makes it again backwards.

    So a new version replaces an old one without a copy of its text: `undo_sql("view_v1")`, then `run_sql("view_v2")`.
    """
    return RunSqlInSchema(sql=read_sql(f"{name}.reverse.sql"), reverse_sql=read_sql(f"{name}.sql"))
