"""Provinces of the Netherlands and Belgium by postcode.

Netherlands: the four-digit areas of PostNL's postcode system by province, as of 2023: Vijfheerenlanden is in Utrecht.
Compiled by hand and checked against parts of GeoNames' postal code files (CC BY 4.0), not against an official register.
Belgium: the ranges of bpost, which follow the provinces. There is no external look-up.

Areas that more than one province shares, or with addresses on both sides of a border, are listed with all provinces,
the one with most addresses first.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Mapping

NETHERLANDS, BELGIUM = "NL", "BE"

_DR, _FL, _FR, _GE, _GR, _LI = "Drenthe", "Flevoland", "Friesland", "Gelderland", "Groningen", "Limburg"
_NB, _NH, _OV, _UT, _ZE, _ZH = "Noord-Brabant", "Noord-Holland", "Overijssel", "Utrecht", "Zeeland", "Zuid-Holland"

BELGIAN_LIMBURG = "Belgisch-Limburg"
"""Limburg is a province in both countries; a partner in one of them does not want leads from the other."""

# First area -> provinces, up to the next entry.
_DUTCH: Mapping[int, tuple[str, ...]] = {
    1000: (_NH,),
    1300: (_FL,),
    1380: (_NH,),
    1390: (_UT,),
    1394: (_NH,),
    1396: (_UT,),
    1397: (_NH,),
    1426: (_UT,),
    1428: (_ZH, _NH, _UT),
    1430: (_NH,),
    2159: (_ZH,),
    2165: (_NH,),
    2166: (_ZH,),
    3400: (_UT,),
    3465: (_ZH,),
    3467: (_UT,),
    3625: (_NH, _UT),
    3626: (_UT,),
    3651: (_ZH, _UT),
    3654: (_UT,),
    3770: (_GE,),
    3790: (_UT, _GE),
    3795: (_UT,),
    3837: (_GE,),
    3890: (_FL,),
    3900: (_UT,),
    3925: (_GE,),
    3926: (_UT,),
    4000: (_GE,),
    4120: (_UT, _GE),
    4147: (_GE,),
    4163: (_UT, _GE),
    4164: (_GE,),
    4200: (_ZH,),
    4211: (_GE,),
    4213: (_ZH,),
    4214: (_GE,),
    4215: (_ZH,),
    4230: (_UT, _ZH),
    4240: (_ZH,),
    4243: (_UT, _ZH),
    4250: (_NB,),
    4300: (_ZE,),
    4600: (_NB,),
    4675: (_ZE, _NB),
    4680: (_NB,),
    4690: (_ZE,),
    4700: (_NB,),
    5300: (_GE,),
    5336: (_NB,),
    5766: (_LI,),
    5767: (_NB, _LI),
    5768: (_LI,),
    5820: (_NB,),
    5850: (_LI,),
    6020: (_NB,),
    6030: (_LI,),
    6500: (_GE,),
    6584: (_LI,),
    6600: (_GE,),
    7400: (_OV, _GE),
    7440: (_OV,),
    7705: (_DR, _OV),
    7706: (_OV,),
    7740: (_DR,),
    7770: (_OV,),
    7800: (_DR,),
    7950: (_OV,),
    7956: (_DR,),
    8000: (_OV,),
    8050: (_GE,),
    8055: (_OV,),
    8070: (_GE,),
    8100: (_OV,),
    8160: (_GE,),
    8196: (_OV,),
    8200: (_FL,),
    8260: (_OV,),
    8300: (_FL,),
    8323: (_FL, _OV),
    8325: (_OV,),
    8350: (_DR, _OV),
    8355: (_OV,),
    8380: (_DR,),
    8388: (_FR,),
    8437: (_DR,),
    8439: (_DR, _FR),
    8440: (_FR,),
    9300: (_DR,),
    9350: (_GR, _DR),
    9355: (_GR,),
    9400: (_DR,),
    9500: (_GR,),
    9511: (_DR,),
    9540: (_GR,),
    9564: (_GR, _DR),
    9565: (_GR,),
    9570: (_DR,),
    9580: (_GR,),
    9654: (_DR,),
    9660: (_GR,),
    9749: (_GR, _DR),
    9750: (_GR,),
    9760: (_DR,),
    9767: (_GR,),
    9850: (_FR, _GR),
    9854: (_GR,),
    9870: (_FR, _GR),
    9874: (_GR,),
}

_BELGIAN: Mapping[int, tuple[str, ...]] = {
    1000: ("Brussel",),
    1300: ("Waals-Brabant",),
    1500: ("Vlaams-Brabant",),
    2000: ("Antwerpen",),
    3000: ("Vlaams-Brabant",),
    3500: (BELGIAN_LIMBURG,),
    4000: ("Luik",),
    5000: ("Namen",),
    6000: ("Henegouwen",),
    6600: ("Luxemburg",),
    7000: ("Henegouwen",),
    8000: ("West-Vlaanderen",),
    9000: ("Oost-Vlaanderen",),
}

_RANGES = {NETHERLANDS: _DUTCH, BELGIUM: _BELGIAN}
_STARTS = {country: sorted(ranges) for country, ranges in _RANGES.items()}

PROVINCES: Mapping[str, tuple[str, ...]] = {
    country: tuple(sorted({name for names in ranges.values() for name in names})) for country, ranges in _RANGES.items()
}
"""Country -> its provinces, as stored."""

_OTHER_SPELLINGS = {
    NETHERLANDS: {
        "Fryslân": _FR,
        "Frisia": _FR,
        "Brabant": _NB,
        "North Brabant": _NB,
        "North Holland": _NH,
        "South Holland": _ZH,
        "Zealand": _ZE,
        "Guelders": _GE,
        "Nederlands Limburg": _LI,
    },
    BELGIUM: {
        "Limburg": BELGIAN_LIMBURG,
        "Limbourg": BELGIAN_LIMBURG,
        "Brussels": "Brussel",
        "Brussel Hoofdstad": "Brussel",
        "Brussels Hoofdstedelijk Gewest": "Brussel",
        "Bruxelles": "Brussel",
        "Bruxelles Capitale": "Brussel",
        "Region de Bruxelles Capitale": "Brussel",
        "Brabant wallon": "Waals-Brabant",
        "Walloon Brabant": "Waals-Brabant",
        "Brabant flamand": "Vlaams-Brabant",
        "Flemish Brabant": "Vlaams-Brabant",
        "Anvers": "Antwerpen",
        "Antwerp": "Antwerpen",
        "Liège": "Luik",
        "Namur": "Namen",
        "Hainaut": "Henegouwen",
        "Luxembourg": "Luxemburg",
        "Flandre occidentale": "West-Vlaanderen",
        "West Flanders": "West-Vlaanderen",
        "Flandre orientale": "Oost-Vlaanderen",
        "East Flanders": "Oost-Vlaanderen",
    },
}


def folded(text: str) -> str:
    """Return a folded form for comparing names: no case, accents, hyphens or double spaces."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(plain.replace("-", " ").split())


_BY_SPELLING = {
    country: {
        **{folded(name): name for name in PROVINCES[country]},
        **{folded(spelling): name for spelling, name in spellings.items()},
    }
    for country, spellings in _OTHER_SPELLINGS.items()
}


def provinces_of(*, country: str, area: int) -> tuple[str, ...]:
    """Return the provinces of a four-digit area (1000-9999), the one with most addresses first."""
    return _RANGES[country][_STARTS[country][bisect_right(_STARTS[country], area) - 1]]


def province_named(name: str, *, country: str | None) -> str | None:
    """Return the stored name of the province; None if there is none of that name.

    Without a country, a name in both countries means the Dutch province.
    """
    countries = (NETHERLANDS, BELGIUM) if country is None else (country,)
    spelling = folded(name)
    return next((_BY_SPELLING[each][spelling] for each in countries if spelling in _BY_SPELLING[each]), None)
