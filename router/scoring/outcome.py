"""Distribution of leads over partners, and the performance of those that get them."""

import numpy as np

from router.scoring.arrays import FloatArray, IntArray


def gini(given: IntArray) -> float:
    """Return the Gini coefficient of the leads that n partners got: 0 = all the same, towards 1 = one gets all.

    0 without partners or leads. Source: half of the relative mean difference, by the sorted values
    (Dixon et al. 1987, "Bootstrapping the Gini coefficient of inequality", without the correction for small samples).
    """
    total = int(given.sum())
    if not total:
        return 0.0
    size = given.size
    ranks = np.arange(1, size + 1)
    return float((2 * ranks - size - 1) @ np.sort(given)) / (size * total)


def mean_over_leads(values: FloatArray, given: IntArray) -> float | None:
    """Return the mean of the partners' values (n,), each counted once for every lead it got; None without leads."""
    total = int(given.sum())
    return float(values @ given) / total if total else None
