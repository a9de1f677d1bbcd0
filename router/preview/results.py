"""Result of a preview: the recent leads under the active policy and under the draft."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from django.utils.translation import gettext as _

from router.preview.history import PartnersThen
from router.scoring.arrays import BoolArray, FloatArray, IntArray
from router.scoring.deal_rate import FEWEST_DECIDED, DealRates, Estimate
from router.scoring.outcome import gini, mean_over_leads
from router.scoring.simulation import Simulation

__all__ = ["ChangedLead", "Estimate", "Outcome", "PartnerChange", "PolicyComparison", "lack_of_evidence"]


@dataclass(frozen=True, slots=True, eq=False)
class SimulationResult:
    """Result of a simulation: (n,) leads per partner, (n,) longest waits in hours, and counts as in `Outcome`.

    `in_demand` (n,): partners whose declarations match one of the leads.
    """

    given: IntArray
    longest_waits: FloatArray
    in_demand: BoolArray
    nobody: int
    cap_hits: int

    @classmethod
    def of(cls, run: Simulation, *, end: float, in_demand: BoolArray) -> Self:
        """Return the result after the last lead; `end`: of the window, in seconds of the epoch."""
        return cls(
            given=run.given,
            longest_waits=run.longest_waits(end=end),
            in_demand=in_demand.copy(),
            nobody=run.nobody,
            cap_hits=run.cap_hits,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The leads assigned under one policy.

    - `assigned`, `nobody`: number of leads with, and without, a partner.
    - `cap_hits`: how often a lead took its partner's last free place.
    - `gini`: inequality of leads among the participating partners: 0 = all the same, 1 = one gets all.
    - `longest_wait_hours`: the longest time without a new lead of a partner that could have received one.
    - `without_leads`: number of such partners that get no lead at all.
    - `mean_performance`: mean performance score, 0-100, of the partners that get the leads; under both policies by the
      scoring of the active one, so that they are comparable. None without an assigned lead.
    - `expected_deal_rate`: fraction of the leads that would be won.
    - `shares`: partner id -> fraction of the assigned leads, of partners who get any.
    """

    assigned: int
    nobody: int
    cap_hits: int
    gini: float
    longest_wait_hours: float
    without_leads: int
    mean_performance: float | None
    expected_deal_rate: Estimate
    shares: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class PartnerChange:
    """Number of leads of a partner under the active policy and under the draft."""

    id: str
    name: str
    leads_active: int
    leads_draft: int

    @property
    def difference(self) -> int:
        """Number of additional leads under the draft."""
        return self.leads_draft - self.leads_active


@dataclass(frozen=True, slots=True)
class ChangedLead:
    """A lead that changes its partner; a partner is None if nobody can get it."""

    lead_id: str
    active_id: str | None
    active_name: str | None
    draft_id: str | None
    draft_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyComparison:
    """The result of a preview.

    - `days`, `leads_in_window`: the requested days, and the leads that came in during that time.
    - `leads`: number of simulated leads; the newest ones if `is_sample`. `since`: ISO time of the first.
    - `policy_version`: the active policy.
    - `changed`: number of leads that go to another partner under the draft, or to a partner instead of none.
    - `difference`: of the expected deal rate, draft minus active.
    - `partners`: those who get leads under either policy, biggest change first; `changes`: the first leads that change.
    """

    days: int
    since: str
    leads_in_window: int
    leads: int
    is_sample: bool
    policy_version: int
    changed: int
    active: Outcome
    draft: Outcome
    difference: Estimate
    partners: tuple[PartnerChange, ...]
    changes: tuple[ChangedLead, ...]

    @property
    def changed_share(self) -> float:
        """Fraction of the leads that change their partner."""
        return self.changed / self.leads if self.leads else 0.0

    @property
    def verdict(self) -> str:
        """One sentence on the difference of the deal rate: whether it is clear, or why nothing can be said."""
        if not self.difference.enough:
            return lack_of_evidence(self.difference)
        if not self.difference.is_clear:
            return _("No clear difference: the interval includes zero.")
        if self.difference.value > 0:
            return _("The draft would win more leads, if partners go on as they did.")
        return _("The draft would win fewer leads, if partners go on as they did.")

    def as_record(self) -> dict[str, Any]:
        """Return the result as JSON for `from_record`. Shares are left out: they follow from `partners`."""
        return {
            **{item.name: getattr(self, item.name) for item in fields(self) if item.name not in _NESTED},
            "active": _outcome_record(self.active),
            "draft": _outcome_record(self.draft),
            "difference": _estimate_record(self.difference),
            "partners": [_record(row) for row in self.partners],
            "changes": [_record(row) for row in self.changes],
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Read what `as_record` wrote."""
        return cls(
            **{item.name: record[item.name] for item in fields(cls) if item.name not in _NESTED},
            active=_outcome(record["active"], {row["id"]: row["leads_active"] for row in record["partners"]}),
            draft=_outcome(record["draft"], {row["id"]: row["leads_draft"] for row in record["partners"]}),
            difference=_estimate(record["difference"]),
            partners=tuple(PartnerChange(**row) for row in record["partners"]),
            changes=tuple(ChangedLead(**row) for row in record["changes"]),
        )


_NESTED = frozenset({"active", "draft", "difference", "partners", "changes"})


def outcome_of(
    result: SimulationResult, *, partners: PartnersThen, rates: DealRates, performance: FloatArray
) -> Outcome:
    """Summarise a result; `performance` (n,): scores, 0-100, for rating the winners."""
    takes_part = partners.is_active & partners.is_valid & ~(partners.max_open_leads <= 0)
    could_take = takes_part & result.in_demand
    assigned = int(result.given.sum())
    ids = partners.territories.partner_ids
    return Outcome(
        assigned=assigned,
        nobody=result.nobody,
        cap_hits=result.cap_hits,
        gini=gini(result.given[takes_part]),
        longest_wait_hours=float(result.longest_waits[could_take].max(initial=0.0)),
        without_leads=int(np.count_nonzero(result.given[could_take] == 0)),
        mean_performance=mean_over_leads(performance, result.given),
        expected_deal_rate=rates.expected(result.given),
        shares={ids[index]: int(result.given[index]) / assigned for index in np.flatnonzero(result.given).tolist()},
    )


def lack_of_evidence(estimate: Estimate) -> str:
    """Return why there is not enough evidence for an estimate, as a sentence; empty if there is enough."""
    match estimate.lack:
        case "no_leads":
            return _("Not enough evidence: no lead was assigned.")
        case "few_decided":
            return _("Not enough evidence: fewer than %(count)d leads were won or lost in the last 30 days.") % {
                "count": FEWEST_DECIDED
            }
        case "few_known":
            return _("Not enough evidence: most of these leads go to partners that won or lost none in 30 days.")
        case _:
            return ""


def _record(row: Any) -> dict[str, Any]:
    return {item.name: getattr(row, item.name) for item in fields(row)}


def _estimate_record(estimate: Estimate) -> dict[str, Any]:
    return {**_record(estimate), "enough": estimate.enough}


def _outcome_record(outcome: Outcome) -> dict[str, Any]:
    record = _record(outcome)
    del record["shares"]
    return record | {"expected_deal_rate": _estimate_record(outcome.expected_deal_rate)}


def _estimate(record: Mapping[str, Any]) -> Estimate:
    return Estimate(**{item.name: record[item.name] for item in fields(Estimate)})


def _outcome(record: Mapping[str, Any], leads: Mapping[str, int]) -> Outcome:
    rate = _estimate(record["expected_deal_rate"])
    shares = {partner_id: count / record["assigned"] for partner_id, count in leads.items() if count}
    return Outcome(**{**record, "expected_deal_rate": rate, "shares": shares})
