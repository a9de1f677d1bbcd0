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
