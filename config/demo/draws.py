"""Drawing from a list, faster than NumPy draws a single value."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def pick(rng: np.random.Generator, values: Sequence[T]) -> T:
    """Draw one of the values, with equal probability."""
    return values[int(rng.integers(len(values)))]


def pick_weighted(rng: np.random.Generator, values: Sequence[T], weights: Sequence[float]) -> T:
    """Draw one of the values by weight (0 or more, not all zero)."""
    left = float(rng.random()) * sum(weights)
    for value, weight in zip(values, weights, strict=True):
        left -= weight
        if left < 0:
            return value
    # A rounding error remains: take the last value with a weight.
    return next(value for value, weight in zip(reversed(values), reversed(weights), strict=True) if weight > 0)
