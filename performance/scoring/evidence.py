"""Shrinkage of raw scores: the fewer leads a score rests on, the closer it is drawn to the prior."""

import numpy as np

from performance.scoring.arrays import FloatArray


def shrink_towards_prior(raw: FloatArray, *, evidence: FloatArray, prior_strength: float, prior: float) -> FloatArray:
    """Weigh raw scores against the prior by their evidence.

    Formula: (n * raw + k * prior) / (n + k), with n the evidence and k the prior strength, both in leads. Where n is
    0 or raw is NaN (missing) the result is the prior, also for k = 0; where n is infinite (certain) or k is 0 it is
    raw, to the bit.

    Arguments: `raw` and `evidence` of one shape, any; raw 0-100 or NaN, evidence 0 or more. Returns that shape, each
    value between raw and prior. Source: docs/scoring.md, "Evidence and neutral values"; it is the posterior mean of a
    normal prior.
    """
    known = (evidence > 0.0) & ~np.isnan(raw)
    # k / (n + k), as a step from raw: exact at both ends, and n * raw cannot overflow.
    doubt = np.divide(prior_strength, evidence + prior_strength, out=np.ones(raw.shape), where=known)
    score = np.clip(raw + doubt * (prior - raw), np.minimum(raw, prior), np.maximum(raw, prior))
    result: FloatArray = np.where(known, score, prior)
    return result
