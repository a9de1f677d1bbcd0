# ruff: noqa: RUF001  # characters that look alike are what this is about
"""One person in whatever writing: the database's one form of addresses and numbers, against Python's own libraries."""

import re
import unicodedata
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leads.intake.services.normalising import visible_text

pytestmark = pytest.mark.django_db

PROPERTY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LOWERED = {
    character: character.lower()
    for first, last in ((0x41, 0x5A), (0xC0, 0xDE), (0x100, 0x17F), (0x391, 0x3A9), (0x400, 0x42F))
    for character in map(chr, range(first, last + 1))
    if character.isupper() and len(character.lower()) == 1 and character not in "ЀЂЃЅЈЉЊЋЌЍЎЏ"
} | {"。": "."}

# Characters that every version of Unicode in use knows alike, but for those that no text of PostgreSQL's holds.
characters = st.characters(exclude_categories=["Cs", "Cn", "Co"], exclude_characters="\x00").filter(
    lambda character: unicodedata.ucd_3_2_0.category(character) != "Cn"
)
odd = st.sampled_from("\u200b\u00ad\ufeff\u200d\u2060ＡＺａ．＠。ẞİΣςǰ\u030cЁёäÿJ -.@")
texts = st.text(characters | odd | st.sampled_from("aAzZ09.@- "), max_size=30)
labels = st.text(st.sampled_from("abcz019-üéßяжαω漢字ñøœÜЯ") | characters, min_size=1, max_size=12)


def sql(function: str, *arguments: str | None) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({', '.join(['%s'] * len(arguments))})", arguments)
        return cursor.fetchone()[0]


def comparable(text: str) -> str:
    """The definition, by Python's means."""
    read = unicodedata.normalize("NFKC", "".join(LOWERED.get(letter, letter) for letter in visible_text(text)))
    return re.sub(r"(?<![a-z0-9-])xn--[a-z0-9-]+", lambda found: readable(found[0]), read)


def decoded(label: str) -> str:
    if not re.fullmatch("xn--[a-z0-9-]{1,59}", label):
        return label
    try:
        read = label[4:].encode().decode("punycode")
        read.encode()
    except UnicodeError:
        return label
    return read


def readable(label: str) -> str:
    read = decoded(label)
    is_stable = not read.isascii() and "xn--" not in read and comparable(read) == read
    return read if is_stable else label


def email(text: str) -> str | None:
    address = unicodedata.normalize("NFKC", re.sub("[ \t\n\r\u1680]+", "", comparable(text))).rstrip(".")
    return address if "@" in address else None


@given(texts)
@example("jan@example.nl\u200b")
@PROPERTY
def test_what_a_reader_sees_is_the_same_in_both_languages(text: str) -> None:
    assert sql("visible_text", text) == visible_text(text)


def test_the_same_characters_are_invisible_in_both_languages() -> None:
    everything = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code <= 0xDFFF]
    with connection.cursor() as cursor:
        cursor.execute("SELECT c FROM unnest(%s::text[]) AS c WHERE visible_text('a' || c || 'b') = 'ab'", [everything])
        gone = {character for (character,) in cursor.fetchall()}

    assert gone == {character for character in everything if visible_text(f"a{character}b") == "ab"}
    assert {"\u200b", "\u00ad", "\ufeff", "\u2060", "\u200d"} <= gone


@given(texts)
@example("@A\u00b4")
@PROPERTY
def test_an_address_has_the_same_form_in_both_languages_and_keeps_it(text: str) -> None:
    form = sql("lead_email", text)

    assert form == email(text)
    assert form is None or sql("lead_email", form) == form


@given(labels)
@example("müller")
@PROPERTY
def test_a_domain_is_the_same_encoded_and_as_it_is_read(label: str) -> None:
    encoded = "xn--" + label.encode("punycode").decode()

    assert sql("decoded_label", encoded.lower()) == decoded(encoded.lower())
    assert sql("lead_email", f"jan@{encoded}.nl") == email(f"jan@{encoded}.nl")


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789-", max_size=20))
@PROPERTY
def test_what_is_no_encoded_domain_is_left_alone(word: str) -> None:
    assert sql("decoded_label", f"xn--{word}") == decoded(f"xn--{word}")
    assert sql("comparable_text", f"xn--{word}") == comparable(f"xn--{word}")


@pytest.mark.parametrize(
    "written",
    [
        "jan@müller.nl",
        "Jan@MÜLLER.nl",
        "jan@xn--mller-kva.nl",
        "JAN@XN--MLLER-KVA.NL.",
        "jan@mu\u0308ller.nl",
        "\ufeffja\u200bn@mül\u00adler.nl\u2060",
        "jan＠müller．nl",
        "jan@müller。nl",
        "\u00a0jan@müller.nl\n",
    ],
)
def test_one_mailbox_is_one_person(written: str) -> None:
    assert sql("lead_email", written) == "jan@müller.nl"


@pytest.mark.parametrize(
    "written",
    ["06\u200b12345678", "０６１２３４５６７８", "+31\u00a06\u00ad12345678", "+31 (\u20600) 612345678"],
)
def test_one_number_is_one_person(written: str) -> None:
    assert sql("lead_phone", written, None) == "+31612345678"
