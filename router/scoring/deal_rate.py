"""What share of leads would become deals, judged by what partners made of theirs.

Each partner's deal rate has a Beta posterior: its won and lost leads on top of a prior that comes from all partners
together (empirical Bayes). The rate of a distribution of leads is the mean over the leads. Given the prior, partners
are independent, so the variance is that of the partners, weighted by their squared shares; the prior's own mean is
uncertain too, and moves all partners together, each as far as it leans on the prior. It rests on the assumption that a
partner makes of other leads what it made of its own.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from router.scoring.arrays import FloatArray, IntArray

FEWEST_DECIDED = 30
"""Decided leads of all partners together below which nothing is said about deal rates."""

FEWEST_DECIDED_OF_PARTNER = 5
"""Decided leads of a partner below which its rate is mostly the prior's."""

SMALLEST_KNOWN_SHARE = 0.5
"""Share of the leads in question that has to go to partners with so many decided leads."""

# Limits of the prior's strength, in leads: where partners look all alike, there still may be a difference that so few
# leads do not show, and the prior must not drown what a partner has shown.
_WEAKEST_PRIOR, _STRONGEST_PRIOR = 2.0, 200.0

# Half the width of a 90 % interval of the normal distribution, in standard deviations.
_SIGMAS = 1.6448536269514722

Lack = Literal["", "no_leads", "few_decided", "few_known"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 90 % interval; rates are fractions.

    `lack` says why there is not enough evidence, "" where there is: `no_leads`: no lead was assigned; `few_decided`:
    fewer than `FEWEST_DECIDED` decided leads; `few_known`: too many leads go to partners without decided leads.
    `decided`: won and lost leads that stand behind it.
    """

    value: float
    low: float
    high: float
    lack: Lack
    decided: int

    @property
    def enough(self) -> bool:
        """Whether there is enough evidence to show the number at all."""
        return not self.lack

    @property
    def is_clear(self) -> bool:
        """For a difference: whether there is enough evidence, and the interval excludes 0."""
        return self.enough and (self.low > 0.0 or self.high < 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class DealRates:
    """Posterior of the deal rates of n partners: `mean` and `variance` (n,), after `decided` (n,) leads.

    `leaning` (n,): how far each mean is that of the prior, 0 to 1; `prior_variance`: of the prior's mean.
    """

    mean: FloatArray
    variance: FloatArray
    decided: FloatArray
    leaning: FloatArray
    prior_variance: float

    @classmethod
    def from_outcomes(cls, *, won: FloatArray, lost: FloatArray) -> "DealRates":
        """Judge partners by their won and lost leads, counts (n,).

        The prior's mean and strength are those of a beta-binomial distribution, by the method of moments. Source:
        Kleinman (1973), "Proportions with extraneous variance: single and independent samples", with each partner
        weighted by its leads. Half a win and half a loss are added, so that the mean is never 0 or 1. What the
        uncertainty of the prior's mean adds: Morris (1983), "Parametric empirical Bayes inference".
        """
        decided = won + lost
        total = float(decided.sum())
        mean = float(won.sum() + 0.5) / (total + 1.0)
        chance = mean * (1.0 - mean)
        strength = _prior_strength(won=won, decided=decided, mean=mean)
        alpha = mean * strength + won
        beta = (1.0 - mean) * strength + lost
        size = alpha + beta
        # Of two leads of one partner the correlation is 1 / (strength + 1).
        crowding = (
            float((decided * (1.0 + (decided - 1.0) / (strength + 1.0))).sum()) / (total * total) if total else 1.0
        )
        return cls(
            mean=alpha / size,
            variance=alpha * beta / (size * size * (size + 1.0)),
            decided=decided,
            leaning=strength / size,
            prior_variance=chance * crowding,
        )

    def expected(self, given: IntArray) -> Estimate:
        """The rate of leads of which each partner gets `given` (n,)."""
        shares = _shares(given)
        return self._estimate(shares, lack=self._lack(shares), low=0.0, high=1.0)

    def difference(self, before: IntArray, after: IntArray) -> Estimate:
        """How much the rate rises from one distribution of leads to another, in fractions."""
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
        known = float(shares[self.decided >= FEWEST_DECIDED_OF_PARTNER].sum())
        return "few_known" if known < SMALLEST_KNOWN_SHARE else ""

    def _estimate(self, shares: FloatArray, *, lack: Lack, low: float, high: float) -> Estimate:
        value = float(shares @ self.mean)
        together = float(shares @ self.leaning) ** 2 * self.prior_variance
        margin = _SIGMAS * math.sqrt(float(shares * shares @ self.variance) + together)
        return Estimate(
            value=value,
            low=max(low, value - margin),
            high=min(high, value + margin),
            lack=lack,
            decided=int(self.decided[shares != 0.0].sum()),
        )


def _prior_strength(*, won: FloatArray, decided: FloatArray, mean: float) -> float:
    """Return how many leads the prior weighs, from how much the partners' rates differ beyond chance."""
    known = decided > 0.0
    leads, total = decided[known], float(decided.sum())
    room = float(((1.0 - leads / total) * (leads - 1.0)).sum()) if total else 0.0
    if room <= 0.0:
        return _STRONGEST_PRIOR
    rates = won[known] / leads
    spread = float((leads * (rates - mean) ** 2).sum()) / (mean * (1.0 - mean))
    # Correlation between two leads of one partner; by chance alone the spread is the number of partners less one.
    correlation = (spread - (leads.size - 1)) / room
    if correlation <= 0.0:
        return _STRONGEST_PRIOR
    return min(_STRONGEST_PRIOR, max(_WEAKEST_PRIOR, 1.0 / correlation - 1.0))


def _shares(given: IntArray) -> FloatArray:
    """Return each partner's part of all leads; all 0 without leads."""
    total = given.sum()
    return given / total if total else np.zeros(given.size)
