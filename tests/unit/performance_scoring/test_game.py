"""Whoever reports honestly is never behind, and a good deed never lowers a score: by the reference and the scorer.

All on the score without consistency, which compares a partner with itself.
"""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from performance.scoring import (
    ComponentScore,
    PerformanceScore,
    ScoringSettings,
    calculate_performance_score,
)
from tests.sql.lead_histories import History, gamed, histories, world_of
from tests.sql.reference import reference_stats
from tests.unit.performance_scoring.strategies import ROUNDING, settings

T = datetime(2026, 6, 15, 12, tzinfo=UTC)
DUE = st.timedeltas(timedelta(days=15), timedelta(days=29))
OLDER_THAN_A_DAY = st.timedeltas(timedelta(days=1, microseconds=1), timedelta(days=30))
UNREJECTED = ("new", "accepted", "in_progress", "completed", "won", "lost")
DEFAULTS = ScoringSettings()


def stats_of(taken: Sequence[History]) -> dict[str, Any]:
    """The row of the statistics that these histories give."""
    return dict(reference_stats(world_of([taken], t=T), T)[uuid.UUID(int=1)])


def score_of(taken: Sequence[History], chosen: ScoringSettings, *ignored: str) -> PerformanceScore:
    """The score without consistency and the `ignored` components."""
    values = chosen.as_dict()
    weights = chosen.weights.as_dict() | dict.fromkeys(("consistency", *ignored), 0.0)
    if not any(weights.values()):
        weights["deal_rate"] = 1.0
    return calculate_performance_score(stats_of(taken), ScoringSettings.from_dict({**values, "weights": weights}))


def component(score: PerformanceScore, name: str) -> ComponentScore:
    return next(part for part in score.components if part.name == name)


@given(
    honest=st.lists(histories(ages=DUE, statuses=("won", "lost", "lost", "rejected")), min_size=1, max_size=12),
    chosen=settings(),
    data=st.data(),
)
def test_an_honest_partner_is_never_below_one_that_plays(
    honest: list[History], chosen: ScoringSettings, data: st.DataObject
) -> None:
    played = [data.draw(gamed(history)) for history in honest]

    assert score_of(honest, chosen).score >= score_of(played, chosen).score - ROUNDING


@given(
    taken=st.lists(histories(ages=OLDER_THAN_A_DAY, statuses=UNREJECTED), min_size=1, max_size=8),
    chosen=settings(),
    data=st.data(),
)
def test_more_contact_never_lowers_the_score(
    taken: list[History], chosen: ScoringSettings, data: st.DataObject
) -> None:
    more = [
        replace(
            history,
            contacts=tuple(
                sorted([*history.contacts, *data.draw(st.lists(st.timedeltas(timedelta(0), history.age), max_size=2))])
            ),
        )
        for history in taken
    ]

    before, after = score_of(taken, chosen), score_of(more, chosen)

    assert after.score >= before.score - ROUNDING
    for name in ("response_speed", "follow_up"):
        assert component(after, name).score >= component(before, name).score - ROUNDING


def won_instead(taken: list[History], value: Decimal | None) -> tuple[list[History], list[History]]:
    """The histories with the first one open for two weeks or lost, and with that one won."""
    first, *rest = taken
    return [replace(first, deal_value=None), *rest], [replace(first, status="won", deal_value=value), *rest]


LOST_OR_OVERDUE = histories(ages=DUE, statuses=("new", "accepted", "in_progress", "completed", "lost"))
ANY = st.lists(histories(ages=OLDER_THAN_A_DAY, statuses=(*UNREJECTED, "rejected")), max_size=11)


@given(first=LOST_OR_OVERDUE, rest=ANY, chosen=settings())
def test_a_lead_won_rather_than_lost_or_overdue_never_lowers_the_score(
    first: History, rest: list[History], chosen: ScoringSettings
) -> None:
    without, with_win = won_instead([first, *rest], None)

    before, after = score_of(without, chosen), score_of(with_win, chosen)

    assert after.score >= before.score - ROUNDING
    assert component(after, "deal_rate").score >= component(before, "deal_rate").score - ROUNDING


@given(first=LOST_OR_OVERDUE, rest=ANY, value=st.decimals(0, 50_000, places=2))
def test_nor_does_a_win_of_any_value_below_the_cap_of_the_deal_rate(
    first: History, rest: list[History], value: Decimal
) -> None:
    """A small deal lowers the mean value, and so the component that reads it; the win is worth more than that.

    Not at the cap, where one more win earns nothing.
    """
    without, with_win = won_instead([first, *rest], value)
    uncapped = stats_of(with_win)["deal_rate_with_undecided_30d"] <= Decimal("0.85")

    before, after = (score_of(taken, DEFAULTS, *([] if uncapped else ["deal_value"])) for taken in (without, with_win))

    assert after.score >= before.score - ROUNDING


# -- The moves that once paid, each by itself: twenty leads of 20 days, 6 won and 14 lost.

TWO_CALLS = (timedelta(minutes=20), timedelta(days=1))


def twenty(*, contacts: tuple[timedelta, ...] = TWO_CALLS, lost: str = "lost") -> list[History]:
    """Accepted and contacted alike."""
    history = History(age=timedelta(days=20), status="won", is_accepted=True, contacts=contacts)
    return [history] * 6 + [replace(history, status=lost)] * 14


def test_clicks_and_complete_instead_of_lose_earn_less_than_calls() -> None:
    honest = score_of(twenty(), DEFAULTS).score
    second = timedelta(seconds=1)

    assert score_of(twenty(contacts=(TWO_CALLS[0], TWO_CALLS[0] + second), lost="completed"), DEFAULTS).score < honest
    for lost in ("completed", "in_progress", "rejected"):
        assert score_of(twenty(lost=lost), DEFAULTS).score == honest


def test_answering_forgotten_leads_raises_the_score() -> None:
    taken = twenty()
    forgotten = [History(age=timedelta(days=20), status="in_progress") for _ in range(4)]
    late = [replace(history, contacts=(timedelta(hours=70 + 100 * n),)) for n, history in enumerate(forgotten)]

    assert score_of([*taken, *late], DEFAULTS).score > score_of([*taken, *forgotten], DEFAULTS).score
