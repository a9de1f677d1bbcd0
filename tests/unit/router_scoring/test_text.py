import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.scoring import fold, fold_postcode


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fryslân", "fryslan"),
        ("Frysla\u0302n", "FRYSLÂN"),
        ("Noord-Holland", "noord holland"),
        ("Noord\u2011Holland", "Noord \u2013 Holland"),
        ("  Zuid\t Holland\n", "zuid-holland"),
        ("Zuid\u00a0Holland", "Zuid Holland"),
        ("Straße", "STRASSE"),
        ("Øst", "ost"),
        ("Œuvre", "oeuvre"),
        ("\uff21\uff22", "ab"),
        ("İ", "i"),
    ],
)
def test_spellings_of_one_name_fold_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Noord-Holland", "Noordholland"), ("Utrecht", "Utrech"), ("", "a")])
def test_different_names_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize("text", ["", " ", "\t\n", "-", " \u2014 - "])
def test_text_without_letters_folds_to_nothing(text: str) -> None:
    assert fold(text) == ""


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.sampled_from("abcéüñÂø -")))
def test_case_does_not_matter(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) == fold(text)


@pytest.mark.parametrize("text", ["1012AB", "1012 ab", " 10 12\tAb "])
def test_postcode_is_upper_case_without_spaces(text: str) -> None:
    assert fold_postcode(text) == "1012AB"
