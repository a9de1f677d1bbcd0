"""Estimate of the share of leads that would become deals, from the partners' results so far.

Each partner's deal rate has a Beta posterior: its won and lost leads on top of a prior that comes from all partners
together (empirical Bayes). The rate of a distribution of leads is the mean over the leads. Given the prior, partners
are independent, so the variance is that of the partners, weighted by their squared shares; the prior's own mean is
uncertain too, and shifts all partners together, each in proportion to its dependence on the prior. The estimate assumes
that a partner does as well with other leads as with its own.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from router.scoring.arrays import FloatArray, IntArray

FEWEST_DECIDED = 30
"""Minimum decided leads of all partners together for any estimate of deal rates."""

SMALLEST_KNOWN_SHARE = 0.5
"""Minimum share of the leads in question that has to go to partners with any decided leads."""

# Limits of the correlation between two leads of one partner; the prior then weighs between 2 and 200 leads. Even if all
# partners look alike, there may be differences that so few leads do not show.
_LEAST_CORRELATION, _MOST_CORRELATION = 1.0 / 201.0, 1.0 / 3.0

# Half the width of a 90 % interval of the normal distribution, in standard deviations.
_SIGMAS = 1.6448536269514722

Lack = Literal["", "no_leads", "few_decided", "few_known"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 90 % interval; rates are fractions.

    `lack` says why there is not enough evidence, "" if there is: `no_leads`: no lead was assigned; `few_decided`: fewer
    than `FEWEST_DECIDED` decided leads; `few_known`: most of the leads go to partners without decided leads. `decided`:
    number of won and lost leads behind it.
    """

    value: float
    low: float
    high: float
    lack: Lack
    decided: int

    @property
    def enough(self) -> bool:
        """True if there is enough evidence to show the number at all."""
        return not self.lack

    @property
    def is_clear(self) -> bool:
        """True for a difference with enough evidence, and an interval that excludes 0."""
        return self.enough and (self.low > 0.0 or self.high < 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class DealRates:
    """Posterior of the deal rates of n partners: `mean` and `variance` (n,), after `decided` (n,) leads.

    The uncertainty of the prior itself shifts all partners together: `leaning` (n,) is how much a mean changes with the
    prior's mean, `pull` (n,) how much with its correlation, and the two variances are of these.
    """

    mean: FloatArray
    variance: FloatArray
    decided: FloatArray
    leaning: FloatArray
    prior_variance: float
    pull: FloatArray
    correlation_variance: float

    @classmethod
    def from_outcomes(cls, *, won: FloatArray, lost: FloatArray) -> "DealRates":
        """Fit the posterior to the partners' won and lost leads, counts (n,).

        The prior is fitted by the method of moments of the beta-binomial distribution, with each partner weighted by
        its leads; half a win and half a loss are added, so that its mean is never 0 or 1. Sources: Kleinman (1973),
        "Proportions with extraneous variance: single and independent samples"; for what an estimated prior adds to the
        variance, Morris (1983), "Parametric empirical Bayes inference", by the delta method.
        """
        decided = won + lost
        total = float(decided.sum())
        mean = float(won.sum() + 0.5) / (total + 1.0)
        correlation, correlation_variance = _correlation(won=won, decided=decided, mean=mean)
        strength = 1.0 / correlation - 1.0
        alpha = mean * strength + won
        beta = (1.0 - mean) * strength + lost
        size = alpha + beta
        inflation = 1.0 + (decided - 1.0) * correlation
        return cls(
            mean=alpha / size,
            variance=alpha * beta / (size * size * (size + 1.0)),
            decided=decided,
            leaning=strength / size,
            prior_variance=mean * (1.0 - mean) * float(decided @ inflation + 1.0) / (total + 1.0) ** 2,
            pull=(won - mean * decided) / inflation**2,
            correlation_variance=correlation_variance,
        )

    def expected(self, given: IntArray) -> Estimate:
        """Return the rate of leads of which each partner gets `given` (n,)."""
        shares = _shares(given)
        return self._estimate(shares, lack=self._lack(shares), low=0.0, high=1.0)

    def difference(self, before: IntArray, after: IntArray) -> Estimate:
        """Return the increase of the rate from one distribution of leads to another, in fractions."""
        old, new = _shares(before), _shares(after)
        moved = np.abs(new - old)
        lack = self._lack(old) or self._lack(new)
        if not lack and moved.any():
            lack = self._lack(moved / moved.sum())
        return self._estimate(new - old, lack=lack, low=-1.0, high=1.0)

    def _lack(self, shares: FloatArray) -> Lack:
        if not shares.any():
            return "no_leads"
        if self.decided.sum() < FEWEST_DECIDED:
            return "few_decided"
        known = float(shares[self.decided > 0.0].sum())
        return "few_known" if known < SMALLEST_KNOWN_SHARE else ""

    def _estimate(self, shares: FloatArray, *, lack: Lack, low: float, high: float) -> Estimate:
        value = float(shares @ self.mean)
        variance = float(shares * shares @ self.variance)
        variance += float(shares @ self.leaning) ** 2 * self.prior_variance
        variance += float(shares @ self.pull) ** 2 * self.correlation_variance
        margin = _SIGMAS * math.sqrt(variance)
        return Estimate(
            value=value,
            low=max(low, value - margin),
            high=min(high, value + margin),
            lack=lack,
            decided=int(self.decided[shares != 0.0].sum()),
        )


def _correlation(*, won: FloatArray, decided: FloatArray, mean: float) -> tuple[float, float]:
    """Return the correlation between two leads of one partner, and its variance.

    It is how much the partners' rates differ beyond chance, within limits; the smallest if there are too few leads.
    """
    known = decided > 0.0
    leads, total = decided[known], float(decided.sum())
    weights = 1.0 - leads / total if total else np.zeros(0)
    room = float(weights @ (leads - 1.0))
    if room <= 0.0:
        return _LEAST_CORRELATION, 0.0
    spread = (won[known] - mean * leads) ** 2 / (leads * mean * (1.0 - mean))
    # By chance alone the spread is that of the weights, minus one degree of freedom for the mean.
    estimate = (float(spread.sum()) - float(weights.sum())) / room
    correlation = min(_MOST_CORRELATION, max(_LEAST_CORRELATION, estimate))
    influence = (spread - weights * (1.0 + (leads - 1.0) * correlation)) / room
    return correlation, float(influence @ influence)


def _shares(given: IntArray) -> FloatArray:
    """Return each partner's share of all leads; all 0 without leads."""
    total = given.sum()
    return given / total if total else np.zeros(given.size)
