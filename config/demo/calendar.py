"""Times at which leads come in, and at which people work."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

ZONE = ZoneInfo("Europe/Amsterdam")
HISTORY_DAYS = 90

_HOUR = timedelta(hours=1)
# Relative demand by the local hour, 0-23: a peak before noon, a higher one when people are home.
_BY_HOUR = np.array(
    [4, 2, 1, 1, 1, 2, 6, 14, 26, 38, 44, 42, 36, 36, 38, 38, 40, 42, 44, 56, 60, 46, 26, 10], dtype=float
)
# Relative demand by the day of the week, Monday first.
_BY_WEEKDAY = np.array([1.25, 1.15, 1.1, 1.0, 0.85, 0.75, 0.95])
# The marketplace grows: the last day has so many times the leads of the first.
_GROWTH = 1.4
_OPENS_AT, _CLOSES_AT = 8, 21


def midnight(day: date) -> datetime:
    """Return the local midnight at which the day begins, in UTC."""
    return datetime.combine(day, time.min, ZONE).astimezone(UTC)


def draw_arrivals(*, rng: np.random.Generator, until: datetime, count: int) -> list[datetime]:
    """Draw about `count` times in the `HISTORY_DAYS` before `until`, in order, more of them when people are at home."""
    start = until - HISTORY_DAYS * 24 * _HOUR
    hours = [start + number * _HOUR for number in range(HISTORY_DAYS * 24)]
    local = [hour.astimezone(ZONE) for hour in hours]
    weights = _BY_HOUR[[hour.hour for hour in local]] * _BY_WEEKDAY[[hour.weekday() for hour in local]]
    weights = weights * np.linspace(1.0, _GROWTH, num=len(hours))
    numbers = rng.poisson(count * weights / weights.sum())
    return [
        hour + second * timedelta(seconds=1)
        for hour, number in zip(hours, numbers.tolist(), strict=True)
        for second in np.sort(rng.integers(3600, size=number)).tolist()
    ]


def in_opening_hours(moment: datetime, *, rng: np.random.Generator) -> datetime:
    """Return the time itself or, for one in the night, some minutes after the opening."""
    local = moment.astimezone(ZONE)
    if _OPENS_AT <= local.hour < _CLOSES_AT:
        return moment
    day = local.date() + timedelta(days=1) if local.hour >= _CLOSES_AT else local.date()
    opening = datetime.combine(day, time(_OPENS_AT), ZONE).astimezone(UTC)
    return opening + timedelta(minutes=float(rng.gamma(2.0, 25.0)))
