"""Metrics of decisions that were recorded under the first version of the formulas.

It scored the curve of the mean response time, times the share of leads that were contacted; leads that were won or lost
alone; any two contacts; and every complaint.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

FIRST_ALGORITHM: Final = "1"

_MINUTES: Final = (0.0, 30.0, 120.0, 24 * 60.0, 72 * 60.0)
_POINTS: Final = (100.0, 100.0, 70.0, 40.0, 0.0)
_RENAMED: Final = {
    "deal_rate_30d": "deal_rate_with_undecided_30d",
    "pct_leads_min_2_attempts_30d": "pct_leads_followed_up_30d",
    "complaint_rate_30d": "complained_lead_rate_30d",
}


def metrics_as_now(metrics: Mapping[str, float | None], *, algorithm: str) -> dict[str, float | None]:
    """Put what a decision recorded of a partner into the columns of today, so that each component scores as it did.

    `algorithm`: the version of the formulas that the decision was taken with.
    """
    if algorithm != FIRST_ALGORITHM:
        return dict(metrics)
    now = {_RENAMED.get(column, column): value for column, value in metrics.items()}
    minutes = now.pop("avg_first_response_time_minutes_30d", None)
    contacted, silent = (now.get(column) or 0.0 for column in ("contacted_leads_30d", "silent_leads_30d"))
    if contacted and minutes is not None:
        now["response_points_30d"] = float(np.interp(minutes, _MINUTES, _POINTS)) * contacted / (contacted + silent)
    elif silent and not contacted:
        now["response_points_30d"] = 0.0
    return now
