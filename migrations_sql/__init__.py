"""SQL of the migrations, as files: `<name>.sql` and its reverse, `<name>.reverse.sql`.

The files write `public.` before each of our names; it stands for the schema of the tables.
"""

from pathlib import Path

from migrations_sql.operations import RunSqlInSchema

_FOLDER = Path(__file__).resolve().parent


def read_sql(file_name: str) -> str:
    """Return the text of one SQL file; the only place where such a text is read."""
    return (_FOLDER / file_name).read_text(encoding="utf-8")


def run_sql(name: str) -> RunSqlInSchema:
    """Return a migration operation that runs `<name>.sql` forwards and `<name>.reverse.sql` backwards."""
    return RunSqlInSchema(sql=read_sql(f"{name}.sql"), reverse_sql=read_sql(f"{name}.reverse.sql"))
