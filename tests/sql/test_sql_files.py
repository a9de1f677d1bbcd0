"""What every file in `migrations_sql` keeps to."""

import re
from pathlib import Path

import pytest

import migrations_sql
from migrations_sql.operations import SCHEMA_PREFIX

FOLDER = Path(migrations_sql.__file__).parent
FILES = sorted(path.name for path in FOLDER.glob("*.sql"))


@pytest.mark.parametrize("name", FILES)
def test_public_is_the_prefix_of_a_name_and_nothing_else(name: str) -> None:
    """Another schema takes its place. A comment may speak of it only as such a prefix, too."""
    text = migrations_sql.read_sql(name)

    assert len(re.findall("public", text, re.IGNORECASE)) == len(SCHEMA_PREFIX.findall(text))


@pytest.mark.parametrize("name", FILES)
def test_it_says_what_it_is_for_and_has_a_way_back(name: str) -> None:
    assert migrations_sql.read_sql(name).startswith("-- What for: ")
    base = name.removesuffix(".sql").removesuffix(".reverse")
    assert {f"{base}.sql", f"{base}.reverse.sql"} <= set(FILES)


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("FROM public.leads", "FROM x.leads"),
        ("'public.leads'::regclass", "'x.leads'::regclass"),
        ("ON (public.f(public.g))", "ON (x.f(x.g))"),
        ("other_public.leads a.public.b", "other_public.leads a.public.b"),
        ('"public".leads public."Leads"', '"public".leads public."Leads"'),
        ("to the public. Then", "to the public. Then"),
    ],
)
def test_only_the_prefix_is_replaced(text: str, moved: str) -> None:
    assert SCHEMA_PREFIX.sub("x.", text) == moved
