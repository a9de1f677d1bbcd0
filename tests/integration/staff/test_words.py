"""Numbers as people read them."""

import pytest

from router.scoring import EXCLUSION_CODES
from router.staff import words
from router.staff.charts import bar, length, strip


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0.5, "30 s"),
        (1, "1 min"),
        (42.4, "42 min"),
        (60, "1 h"),
        (187, "3 h 7 min"),
        (1440, "1 d"),
        (3000, "2 d 2 h"),
        (59.6, "1 h"),
    ],
)
def test_a_time_span_has_the_two_units_that_say_enough(minutes: float, text: str) -> None:
    assert words.duration(minutes) == text


@pytest.mark.parametrize(("fraction", "text"), [(0, "0 %"), (0.5, "50 %"), (1 / 3, "33.3 %"), (0.9999, "100 %")])
def test_a_percentage_has_a_decimal_where_it_says_something(fraction: float, text: str) -> None:
    assert words.percent(fraction) == text


def test_every_reason_to_leave_a_partner_out_has_words() -> None:
    assert tuple(words.EXCLUSIONS) == EXCLUSION_CODES


def test_codes_of_a_later_version_stand_for_themselves() -> None:
    assert words.exclusion("asleep") == "asleep"
    assert words.region_kind("moon") == "moon"
    assert words.outcome("offered") == "offered"
    assert words.trigger("clock") == "clock"


def test_a_length_stays_on_its_scale() -> None:
    assert [length(value) for value in (-1, 12.344, 101)] == ["0.00", "12.34", "100.00"]
    assert bar(50, label="half", tick=120).tick == "100.00"


def test_segments_are_as_wide_as_their_share_and_filled_by_what_they_earned() -> None:
    first, second, none = strip([("a", "A", 60.0, 30.0), ("b", "B", 40.0, 40.0), ("", "C", 0.0, 0.0)], gap=0.0)

    assert (first.start, first.width, first.fill) == ("0.00", "60.00", "30.00")
    assert (second.start, second.width, second.fill) == ("60.00", "40.00", "40.00")
    assert (none.start, none.width, none.fill) == ("100.00", "0.00", "0.00")
