"""Index of the partners' declarations: the industries they accept and where they work."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, Self

import numpy as np

from router.scoring.arrays import BoolArray, HashArray, IndexArray
from router.scoring.facts import LeadFacts, Texts
from router.scoring.tiebreak import id_hashes

_DIGITS = frozenset("0123456789")

# NFKD does not decompose these letters, although people type them without the stroke.
_LETTERS_WITHOUT_DECOMPOSITION = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "\u0131": "i"})
_HYPHENS_TO_SPACES = str.maketrans(dict.fromkeys("-\u2010\u2011\u2012\u2013\u2014\u2212", " "))


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """Return the form in which two spellings of one name are equal.

    Case and accents are dropped, hyphens and dashes count as spaces ("Noord Holland" is "Noord-Holland"), and
    white space is collapsed and stripped. A text of nothing but white space and hyphens folds to "".
    Idempotent. Caseless matching follows the Unicode standard, section 3.13, D146 (compatibility caseless match).
    """
    if text.isascii():
        folded = text.lower()
    else:
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.casefold()).casefold())
        folded = "".join(letter for letter in folded if not unicodedata.combining(letter))
        folded = folded.translate(_LETTERS_WITHOUT_DECOMPOSITION)
    return " ".join(folded.translate(_HYPHENS_TO_SPACES).split())


_NAMES_OF_PROVINCES = {"fryslan": "friesland"}
"""Alternative names of one province, folded: intake stores the Dutch one, partners declare either."""


def fold_province(text: str) -> str:
    """Return the form in which two names of one province are equal: as `fold`, and "Fryslân" is "Friesland"."""
    folded = fold(text)
    return _NAMES_OF_PROVINCES.get(folded, folded)


def fold_postcode(text: str) -> str:
    """Return a postcode or a postcode prefix in upper case without white space: " 1012 ab" is "1012AB"."""
    return "".join(text.split()).upper()


class PoolError(ValueError):
    """Columns that do not describe one set of partners."""


class Demand(NamedTuple):
    """The lead's attributes reduced to the partners' declarations: equal demands match the same partners.

    - `industry`: None = the lead has no industry; else its name and id, folded, if a partner declares them.
    - `province`: the folded province, None if the lead has none or no partner declares it.
    - `is_located`: whether the lead has a province or a postcode at all.
    - `prefixes`: the declared postcode prefixes that the lead's postcode starts with, shortest first.
    """

    industry: tuple[str, ...] | None
    province: str | None
    is_located: bool
    prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Territories:
    """The declarations of n partners, from industry, province and postcode prefix to the partners' indices.

    Immutable and safe to share: it can be reused for every assignment until a partner's declarations change. Build it
    with `from_columns`.
    """

    partner_ids: tuple[str, ...]
    index_of: Mapping[str, int]
    partner_hashes: HashArray = field(repr=False)
    is_readable: BoolArray = field(repr=False)
    takes_every_industry: BoolArray = field(repr=False)
    declares_no_region: BoolArray = field(repr=False)
    _by_industry: Mapping[str, IndexArray] = field(repr=False)
    _by_province: Mapping[str, IndexArray] = field(repr=False)
    _by_prefix: Mapping[str, IndexArray] = field(repr=False)
    _prefix_lengths: tuple[int, ...] = field(repr=False)
    memo: dict[tuple[object, ...], Any] = field(default_factory=dict, repr=False)
    """Cache of data derived from the declarations, for the modules that derive it."""

    @classmethod
    def from_columns(
        cls,
        *,
        partner_ids: Sequence[str],
        regions: Sequence[Texts],
        lead_locations: Sequence[Texts],
        lead_industries: Sequence[Texts],
        primary_branches: Sequence[str | None],
    ) -> Self:
        """Index the declarations given as columns of n elements each.

        `regions` are province names, also several in one text with commas between them (a legacy form). An entry of
        `lead_locations` that starts with a digit is a postcode prefix, any other a province name. Null and blank
        entries declare nothing. A partner with any other kind of declaration is not readable, and declares nothing
        either. Raises `PoolError` for columns of unequal length or an id that occurs twice.
        """
        index_of = {partner_id: index for index, partner_id in enumerate(partner_ids)}
        if len(index_of) != len(partner_ids):
            raise PoolError("a partner id occurs more than once")
        columns = (regions, lead_locations, lead_industries, primary_branches)
        if any(len(column) != len(partner_ids) for column in columns):
            raise PoolError("the columns of the partners differ in length")
        by_industry: dict[str, list[int]] = defaultdict(list)
        by_province: dict[str, list[int]] = defaultdict(list)
        by_prefix: dict[str, list[int]] = defaultdict(list)
        every_industry = np.zeros(len(partner_ids), dtype=np.bool_)
        no_region = np.zeros(len(partner_ids), dtype=np.bool_)
        readable = np.ones(len(partner_ids), dtype=np.bool_)
        for index, (region, locations, industries, branch) in enumerate(zip(*columns, strict=True)):
            try:
                names = _folded([*_entries(industries), *_entries(branch)])
                provinces, prefixes = _territory(region, locations)
            except (AttributeError, TypeError, ValueError):
                readable[index] = False
                every_industry[index] = no_region[index] = True
                continue
            every_industry[index] = not names
            no_region[index] = not provinces and not prefixes
            for index_by_key, keys in ((by_industry, names), (by_province, provinces), (by_prefix, prefixes)):
                for key in keys:
                    index_by_key[key].append(index)
        for mask in (every_industry, no_region, readable):
            mask.setflags(write=False)
        return cls(
            partner_ids=tuple(partner_ids),
            index_of=index_of,
            partner_hashes=id_hashes(partner_ids),
            is_readable=readable,
            takes_every_industry=every_industry,
            declares_no_region=no_region,
            _by_industry=_as_arrays(by_industry),
            _by_province=_as_arrays(by_province),
            _by_prefix=_as_arrays(by_prefix),
            _prefix_lengths=tuple(sorted({len(prefix) for prefix in by_prefix})),
        )

    @property
    def size(self) -> int:
        """Number of partners, n."""
        return len(self.partner_ids)

    def demand_of(self, lead: LeadFacts) -> Demand:
        """Return the demand of a lead."""
        province = fold_province(lead.province) if lead.province else ""
        postcode = fold_postcode(lead.postcode) if lead.postcode else ""
        prefixes = []
        for length in self._prefix_lengths:
            prefix = postcode[:length]
            if len(prefix) == length and prefix in self._by_prefix:
                prefixes.append(prefix)
        return Demand(
            self._industry_of(lead),
            province if province in self._by_province else None,
            bool(province or postcode),
            tuple(prefixes),
        )

    def _industry_of(self, lead: LeadFacts) -> tuple[str, ...] | None:
        name = fold(lead.industry_name) if lead.industry_name else ""
        key = fold(lead.industry_id) if lead.industry_id else ""
        if not name and not key:
            return None
        if name not in self._by_industry:
            return (key,) if key in self._by_industry else ()
        return (name, key) if key in self._by_industry else (name,)

    def takes_industry(self, industry: tuple[str, ...] | None) -> BoolArray:
        """Return for each partner (n,) whether it accepts leads of the demand's industry."""
        if industry is None:
            return np.ones(self.size, dtype=np.bool_)
        takes: BoolArray = self.takes_every_industry.copy()
        for key in industry:
            takes[self._by_industry[key]] = True
        return takes

    def in_province(self, province: str) -> IndexArray:
        """Return the indices of the partners that declare a province of a demand, ascending."""
        return self._by_province[province]

    def near_postcode(self, prefixes: tuple[str, ...]) -> IndexArray:
        """Return the indices, each once, of the partners that declare one of the prefixes of a demand."""
        if len(prefixes) == 1:
            return self._by_prefix[prefixes[0]]
        # No partner is in two of them, because `_territory` leaves out prefixes within prefixes.
        return np.concatenate([self._by_prefix[prefix] for prefix in prefixes])

    def indices_of(self, partner_ids: Iterable[str]) -> list[int]:
        """Return the indices of the given partners that are in this pool."""
        return [self.index_of[partner_id] for partner_id in partner_ids if partner_id in self.index_of]


def _entries(texts: Texts) -> Iterator[str]:
    for text in (texts,) if isinstance(texts, str) else texts or ():
        if text and not text.isspace():
            yield text


def _folded(texts: Iterable[str]) -> set[str]:
    return {fold(text) for text in texts} - {""}


def _territory(regions: Texts, lead_locations: Texts) -> tuple[set[str], set[str]]:
    """Return the folded provinces and the postcode prefixes that one partner declares.

    A prefix that starts with another one is redundant and left out.
    """
    provinces = [name for text in _entries(regions) for name in text.split(",")]
    prefixes: set[str] = set()
    for location in _entries(lead_locations):
        if location.lstrip()[0] in _DIGITS:
            prefixes.add(fold_postcode(location))
        else:
            provinces.append(location)
    widest = {prefix for prefix in prefixes if not any(prefix[:end] in prefixes for end in range(1, len(prefix)))}
    return {fold_province(name) for name in provinces} - {""}, widest


def _as_arrays(indices_by_key: Mapping[str, list[int]]) -> dict[str, IndexArray]:
    arrays = {key: np.array(indices, dtype=np.intp) for key, indices in indices_by_key.items()}
    for array in arrays.values():
        array.setflags(write=False)
    return arrays
