"""Postcodes of the Netherlands and Belgium, and their provinces."""

import pytest

from leads.intake.services.normalising import (
    NotAPostcode,
    Postcode,
    ProvinceRefused,
    parse_postcode,
    province_given,
    province_of,
)
from leads.intake.services.provinces import BELGIUM, NETHERLANDS, PROVINCES, province_named, provinces_of


@pytest.mark.parametrize(
    "text", ["3511AB", "3511 AB", "3511ab", " 35 11 a b ", "3511-AB", "nl-3511 AB", "3511\u00a0AB"]
)
def test_a_dutch_postcode_in_any_spacing_and_case(text: str) -> None:
    assert parse_postcode(text) == Postcode(text="3511 AB", country=NETHERLANDS, area=3511)


@pytest.mark.parametrize("text", ["1000", " 1000 ", "B-1000", "b1000"])
def test_a_belgian_postcode(text: str) -> None:
    assert parse_postcode(text) == Postcode(text="1000", country=BELGIUM, area=1000)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0999",
        "0999 AB",
        "351 AB",
        "35111 AB",
        "3511 A",
        "3511 ABC",
        "3511 SS",
        "3511 SA",
        "3511 SD",
        "AB 3511",
        "10115",
        "SW1A 1AA",
        "3511 \u00c4B",
        "\u0663\u0665\u0661\u0661 AB",
    ],
)
def test_what_is_neither_is_refused(text: str) -> None:
    with pytest.raises(NotAPostcode):
        parse_postcode(text)


def test_there_are_twelve_provinces_and_ten_and_brussels() -> None:
    assert len(PROVINCES[NETHERLANDS]) == 12
    assert len(PROVINCES[BELGIUM]) == 11


# One place in each province, and the places along borders that a table is most likely to get wrong.
@pytest.mark.parametrize(
    ("postcode", "province"),
    [
        ("1012 AB", "Noord-Holland"),
        ("1315 AB", "Flevoland"),  # Almere
        ("1381 AB", "Noord-Holland"),  # Weesp
        ("1391 AB", "Utrecht"),  # Abcoude
        ("1791 AB", "Noord-Holland"),  # Texel
        ("2161 AB", "Zuid-Holland"),  # Lisse
        ("2165 AB", "Noord-Holland"),  # Lisserbroek
        ("2511 AB", "Zuid-Holland"),
        ("3011 AB", "Zuid-Holland"),
        ("3466 AB", "Zuid-Holland"),  # Waarder
        ("3511 AB", "Utrecht"),
        ("3769 AB", "Utrecht"),  # Soesterberg
        ("3771 AB", "Gelderland"),  # Barneveld
        ("3891 AB", "Flevoland"),  # Zeewolde
        ("3925 AB", "Gelderland"),  # Scherpenzeel
        ("4141 AB", "Utrecht"),  # Leerdam
        ("4331 AB", "Zeeland"),
        ("4691 AB", "Zeeland"),  # Tholen
        ("5038 AB", "Noord-Brabant"),
        ("5301 AB", "Gelderland"),  # Zaltbommel
        ("5821 AB", "Noord-Brabant"),  # Vierlingsbeek
        ("5911 AB", "Limburg"),
        ("6021 AB", "Noord-Brabant"),  # Budel
        ("6511 AB", "Gelderland"),
        ("6585 AB", "Limburg"),  # Mook
        ("7411 AB", "Overijssel"),
        ("7741 AB", "Drenthe"),  # Coevorden
        ("7951 AB", "Overijssel"),  # Staphorst
        ("8051 AB", "Gelderland"),  # Hattem
        ("8321 AB", "Flevoland"),  # Urk
        ("8381 AB", "Drenthe"),  # Vledder
        ("8911 AB", "Friesland"),
        ("9301 AB", "Drenthe"),  # Roden
        ("9541 AB", "Groningen"),  # Vlagtwedde
        ("9711 AB", "Groningen"),
        ("1000", "Brussel"),
        ("1348", "Waals-Brabant"),
        ("1800", "Vlaams-Brabant"),
        ("2000", "Antwerpen"),
        ("3000", "Vlaams-Brabant"),
        ("3500", "Belgisch-Limburg"),
        ("4000", "Luik"),
        ("5000", "Namen"),
        ("6000", "Henegouwen"),
        ("6700", "Luxemburg"),
        ("7000", "Henegouwen"),
        ("8000", "West-Vlaanderen"),
        ("9999", "Oost-Vlaanderen"),
    ],
)
def test_the_province_of_a_postcode(postcode: str, province: str) -> None:
    assert province_of(parse_postcode(postcode)) == province


@pytest.mark.parametrize("country", [NETHERLANDS, BELGIUM])
def test_every_area_has_a_province(country: str) -> None:
    named = {name for area in range(1000, 10_000) for name in provinces_of(country=country, area=area)}

    assert named == set(PROVINCES[country])


@pytest.mark.parametrize(
    ("given", "postcode", "province"),
    [
        ("utrecht", "3511 AB", "Utrecht"),
        ("FRYSLÂN", "8911 AB", "Friesland"),
        ("Frysla\u0302n", "8911 AB", "Friesland"),
        ("Noord Brabant", "5038 AB", "Noord-Brabant"),
        ("Limburg", "5911 AB", "Limburg"),
        ("Limburg", "3500", "Belgisch-Limburg"),
        ("Liege", "4000", "Luik"),
        ("Bruxelles-Capitale", "1000", "Brussel"),
        ("Drenthe", "9351 AB", "Drenthe"),
        ("Groningen", "9351 AB", "Groningen"),
        ("Gelderland", "3791 AB", "Gelderland"),
    ],
)
def test_a_given_province_in_any_spelling_in_which_the_postcode_lies(given: str, postcode: str, province: str) -> None:
    assert province_given(given, postcode=parse_postcode(postcode)) == province


@pytest.mark.parametrize(
    ("given", "postcode", "sentence"),
    [
        ("Utrecht", "1012 AB", "The postcode 1012 AB lies in Noord-Holland."),
        ("Utrecht", "9351 AB", "The postcode 9351 AB lies in Groningen / Drenthe."),
        ("Hessen", "1012 AB", "The postcode 1012 AB lies in Noord-Holland."),
        ("Antwerpen", "1000", "The postcode 1000 lies in Brussel."),
        ("Hessen", "1000", "The postcode 1000 lies in Brussel."),
        (
            "Utrecht",
            "3511",
            "3511 is a Belgian postcode (Belgisch-Limburg). A Dutch one has two letters after its digits.",
        ),
    ],
)
def test_a_province_in_which_the_postcode_does_not_lie_is_refused(given: str, postcode: str, sentence: str) -> None:
    with pytest.raises(ProvinceRefused) as refused:
        province_given(given, postcode=parse_postcode(postcode))

    assert str(refused.value) == sentence


def test_without_a_postcode_a_province_of_either_country_is_known() -> None:
    assert province_given("friesland", postcode=None) == "Friesland"
    assert province_given("Limburg", postcode=None) == "Limburg"
    assert province_given("Antwerp", postcode=None) == "Antwerpen"
    with pytest.raises(ProvinceRefused):
        province_given("Hessen", postcode=None)


def test_no_spelling_means_two_provinces_of_one_country() -> None:
    for country, names in PROVINCES.items():
        assert [province_named(name, country=country) for name in names] == list(names)
