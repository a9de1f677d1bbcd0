"""Single fields in the files of `import_history`: what is read is what was meant, or it is refused."""

from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.imports.services.cells import AMOUNT_LIMIT, Amount, Boolean, CellError, Id, Label, Text
from leads.imports.services.history.load import import_history
from leads.models import Lead, LeadActivity, Partner
from migrations_sql.checks import LINE, PROSE
from tests.integration.leads.history_files import activity, lead_id, partner_id, small_history

AMOUNT, LABEL = Amount(typed=False), Label(limit=LINE)
ID = "6f1c3f0e-8a51-4f0c-9a6e-3b1f0c2d4e5f"
# What escapes, ends or empties something in CSV, in COPY, in SQL or on a terminal.
NASTY = [
    *("\\N", "\\", "\\.", "\\\\", "NULL", "null", "''", "'; DROP TABLE leads; --", "%s", "%(most)s", "{}", "$1"),
    *('"', '""', 'a"b', "a,b", "a;b", "a\tb", "a\nb", "a\r\nb", "a\rb", "\n", "\x01", "\x1b[31m", "\x7f"),
    *("\ufeff", "\u2028", "\u0085", "\u202e", "é", "e\u0301", "😀", "\U0010ffff", "x" * 100_000, "é" * 100_000),
]


def test_texts_that_the_database_would_refuse_are_refused() -> None:
    with pytest.raises(CellError, match="has 100001 characters; 100000 fit"):
        Text(limit=PROSE).parse("x" * 100_001)
    with pytest.raises(CellError, match="has 1001 characters; 1000 fit"):
        LABEL.parse("é" * 1_001)


@pytest.mark.parametrize("value", [ID, ID.upper(), ID.replace("-", "")])
def test_identifiers_are_taken_as_they_are_written(value: str) -> None:
    assert Id().parse(value) == UUID(ID)


@pytest.mark.parametrize(
    "value",
    [
        f"{{{ID}}}",
        f"urn:uuid:{ID}",
        f" {ID}",
        f"{ID}\n",
        ID[:-1],
        f"{ID}0",
        # Python's own reader takes all of these.
        "0x" + ID.replace("-", "")[2:],
        ID.replace("-", "")[:-2] + "_0",
        ID.replace("6f1c3f0e-", "6f1c-3f0e"),
        ID.replace("1", "\u0661"),
    ],
)
def test_other_identifiers_are_refused(value: str) -> None:
    with pytest.raises(CellError, match="is not an id"):
        Id().parse(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", "0.00"),
        ("-0", "-0.00"),
        ("+12.5", "12.50"),
        (".5", "0.50"),
        ("5.", "5.00"),
        ("1.2E+4", "12000.00"),
        ("1.10000", "1.10"),
        ("999999999999.99", "999999999999.99"),
    ],
)
def test_amounts_are_read(value: str, expected: str) -> None:
    assert str(AMOUNT.parse(value)) == expected


@pytest.mark.parametrize(
    "value",
    [
        *("", " 1", "1 ", "1_000", "1,50", "1.000,50", "€ 5", "0x10", "\u0661", "NaN", "sNaN", "Infinity", "1e", "."),
        *("1e1000", "1e-1000", "0.001", "1000000000000", "-0.01", "1e99999999999999999999", "9" * 100_000),
    ],
)
def test_other_amounts_are_refused(value: str) -> None:
    with pytest.raises(CellError):
        AMOUNT.parse(value)


@given(value=st.text(alphabet="0123456789.+-eE_ ", max_size=24))
def test_an_amount_is_worth_what_was_written_or_refused(value: str) -> None:
    try:
        read = AMOUNT.parse(value)
    except CellError:
        return

    assert read == Decimal(value)
    assert 0 <= read < AMOUNT_LIMIT
    assert read.as_tuple().exponent == -2


@pytest.mark.parametrize("value", ["maybe", "misschien", "2", "-1", "truE ", "\u017f"])
def test_other_truths_are_refused(value: str) -> None:
    with pytest.raises(CellError):
        Boolean().parse(value)


def test_a_name_of_blanks_is_none() -> None:
    assert LABEL.parse(" \u00a0\t") is None
    assert LABEL.parse(" a  b ") == "a  b"


@pytest.mark.django_db
def test_texts_arrive_as_they_are(tmp_path: Path) -> None:
    files = small_history()
    files.lead_activities = [
        {**activity(number, lead=1, type="note", at="2026-03-28T12:00:00Z"), "description": value}
        for number, value in enumerate(NASTY)
    ]
    files.profiles.extend(
        {"id": partner_id(10 + number), "name": value[:1_000], "is_active_for_routing": "t"}
        for number, value in enumerate(NASTY)
    )
    files.leads[0].update(province="\\N", postcode="\\.", industry="\\")

    import_history(folder=files.write(tmp_path, quoted=True))

    described = LeadActivity.objects.order_by("id").values_list("description", flat=True)
    assert list(described) == NASTY
    names = Partner.objects.filter(id__gte=partner_id(10)).order_by("id").values_list("company_name", flat=True)
    assert list(names) == [value[:1_000].strip() for value in NASTY]
    lead = Lead.objects.select_related("industry").get(id=lead_id(1))
    assert lead.industry is not None
    assert (lead.province, lead.postcode, lead.industry.name) == ("\\N", "\\.", "\\")
    assert import_history(folder=tmp_path).differences == ()
