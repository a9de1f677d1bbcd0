"""Order among equal totals: random, but reproducible.

The hash of a lead and a partner is `mix(H(lead) xor H(partner))`: H is the first 64 bits of BLAKE2b over the UUID's
canonical text, and `mix` is the finaliser of SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number
generators"), which spreads each of its bits over all. It depends on the two ids alone: the same in every process, on
every machine and in every order of partners. Each id is hashed once and mixed by arithmetic, so a whole pool is
compared without a call for each pair.
"""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np

from router.scoring.arrays import HashArray

_SHIFT_1, _SHIFT_2, _SHIFT_3 = np.uint64(30), np.uint64(27), np.uint64(31)
_FACTOR_1, _FACTOR_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def id_hash(canonical_id: str) -> int:
    """Return the 64-bit BLAKE2b digest of an id as an unsigned integer."""
    return int.from_bytes(blake2b(canonical_id.encode(), digest_size=8).digest(), "big")


def id_hashes(canonical_ids: Iterable[str]) -> HashArray:
    """Return `id_hash` of each id."""
    return np.array([id_hash(canonical_id) for canonical_id in canonical_ids], dtype=np.uint64)


def tie_breaks(*, lead_id: str, partner_hashes: HashArray) -> HashArray:
    """Return the place, 0 to 2**64 - 1, of each partner among equals for a lead; the smallest wins.

    `partner_hashes`: the partners' `id_hashes`.
    """
    mixed = partner_hashes ^ np.uint64(id_hash(lead_id))
    mixed ^= mixed >> _SHIFT_1
    mixed *= _FACTOR_1
    mixed ^= mixed >> _SHIFT_2
    mixed *= _FACTOR_2
    mixed ^= mixed >> _SHIFT_3
    return mixed
