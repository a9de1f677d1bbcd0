"""Cells on their way out and back: properties that hold for every value."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from leads.imports.services.cells import Amount, Boolean, Ids, Integer, Kind, Texts
from leads.imports.services.files import csv_bytes, escape, read_table, unescape, xlsx_bytes
from leads.imports.services.times import Instant

DANGER = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
TRICKY = st.text(alphabet="=+-@;,'\" \t\r\na\uff1d", max_size=12)
# What no spreadsheet can hold, and what it does not keep, left out.
PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30).map(str.strip)


@given(TRICKY)
def test_an_escaped_text_is_no_formula_whatever_separator_is_taken_and_comes_back(text: str) -> None:
    escaped = escape(text)

    # A tab at the start of a part is escaped; as a separator it opens the next part.
    assert not any(part.startswith(DANGER) for part in re.split(r"[;\n\t\r]", escaped) if part)
    assert not escaped.startswith(DANGER)
    assert unescape(escaped) == text


@given(st.lists(TRICKY.map(str.strip), min_size=1, max_size=3).filter(any))
def test_a_csv_file_gives_back_every_text(texts: list[str]) -> None:
    headers = [f"column{place}" for place in range(len(texts))]

    table = read_table(data=csv_bytes(headers=headers, rows=[texts]), known=headers)

    assert [text.strip() for text in table.rows[0]] == texts


@given(st.lists(PLAIN, min_size=1, max_size=3).filter(any))
def test_a_spreadsheet_gives_back_every_text(texts: list[str]) -> None:
    headers = [f"column{place}" for place in range(len(texts))]

    table = read_table(data=xlsx_bytes(title="Rows", headers=headers, rows=[texts]), known=headers)

    assert [text.strip() for text in table.rows[0]] == texts


def back(kind: Kind, value: Any) -> Any:
    return kind.parse(str(kind.render(value)))


@given(st.lists(PLAIN.filter(bool), min_size=1))
def test_a_list_comes_back(texts: list[str]) -> None:
    assert back(Texts(), texts) == texts


@given(st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2))
def test_an_amount_comes_back(amount: Decimal) -> None:
    assert back(Amount(), amount) == amount
    assert Amount().parse(str(amount).replace(".", ",")) == amount


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2026, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # hypothesis wants bounds without a zone
def test_an_instant_comes_back_to_the_microsecond(moment: datetime) -> None:
    assert back(Instant(), moment) == moment


@given(st.integers(min_value=-(2**31) + 1, max_value=2**31 - 1), st.booleans())
def test_numbers_and_truths_come_back(number: int, truth: bool) -> None:  # noqa: FBT001  # generated
    assert back(Integer(), number) == number
    assert back(Boolean(), truth) is truth


def test_ids_are_written_with_commas() -> None:
    first, second = uuid4(), uuid4()

    assert Ids().render([first, second]) == f"{first}, {second}"
