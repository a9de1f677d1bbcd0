"""Drawing from a list, faster than NumPy does it for a single value."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def pick(rng: np.random.Generator, values: Sequence[T]) -> T:
    """One of the values, each as likely."""
    return values[int(rng.integers(len(values)))]


def pick_weighted(rng: np.random.Generator, values: Sequence[T], weights: Sequence[float]) -> T:
    """One of the values, each as likely as its weight (0 or more, not all zero) says."""
    left = float(rng.random()) * sum(weights)
    for value, weight in zip(values, weights, strict=True):
        left -= weight
        if left < 0:
            return value
    # Rounding has left a crumb: the last one that can be.
    return next(value for value, weight in zip(reversed(values), reversed(weights), strict=True) if weight > 0)
