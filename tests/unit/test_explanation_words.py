"""The sentence that explains a decision."""

import pytest

from router.scoring.explanation import Gain, Gap
from router.staff import explanation


def why(gap: Gap | None, **more: object) -> str:
    values: dict[str, object] = {"winner": "Zonneveld BV", "total": 78.44, "candidate_count": 3, "runner_up": "Janssen"}
    return explanation.why(**(values | more), gap=gap)  # type: ignore[arg-type]  # each by its own name


def test_the_two_strongest_parts_are_named_and_what_spoke_against_it() -> None:
    gap = Gap(15.2, (Gain("response_speed", 12.0), Gain("region", 6.0), Gain("bonus", 1.0), Gain("waiting", -3.8)))

    assert why(gap) == (
        "Zonneveld BV got it with 78.4 points, 15.2 more than Janssen: 12.0 more points for response speed,"
        " closer territory match (6.0 points). Janssen was better in time since the last lead (3.8)."
    )


def test_parts_that_would_be_read_as_nothing_are_not_named() -> None:
    gap = Gap(1.0, (Gain("deal_rate", 1.01), Gain("bonus", 0.04), Gain("waiting", -0.05 + 1e-9)))

    assert why(gap) == ("Zonneveld BV got it with 78.4 points, 1.0 more than Janssen: 1.0 more points for deal rate.")


@pytest.mark.parametrize(
    ("gap", "more", "text"),
    [
        (None, {"total": None}, "Zonneveld BV got it; the record does not say with how many points."),
        (None, {"candidate_count": 1}, "Zonneveld BV got it with 78.4 points: no other partner was eligible."),
        (None, {}, "Zonneveld BV got it with 78.4 points."),
        (Gap(5.0, ()), {}, "Zonneveld BV got it with 78.4 points, 5.0 more than Janssen."),
        (Gap(0.0123, ()), {}, "Zonneveld BV got it with 78.4 points, 0.0123 more than Janssen."),
        (
            Gap(0.0, (Gain("bonus", 2.0), Gain("region", -2.0))),
            {},
            "Zonneveld BV got it with 78.4 points, tied with Janssen; decided by lot.",
        ),
    ],
)
def test_the_sentence_says_no_more_than_the_record(gap: Gap | None, more: dict[str, object], text: str) -> None:
    assert why(gap, **more) == text


@pytest.mark.parametrize(
    ("considered", "reasons", "text"),
    [
        (0, [], "Nobody got it: there were no partners."),
        (1, [], "Nobody got it: the only partner was excluded."),
        (9, [], "Nobody got it: all 9 partners were excluded."),
        (1, [(1, "paused")], "Nobody got it: the only partner was excluded (paused)."),
        (9, [(9, "paused"), (3, "full")], "Nobody got it: all 9 partners were excluded (paused)."),
        (
            9,
            [(7, "paused"), (3, "full")],
            "Nobody got it: all 9 partners were excluded, 7 of them for this reason: paused.",
        ),
    ],
)
def test_nobody_is_explained_by_the_reason_that_most_partners_share(
    considered: int, reasons: list[tuple[int, str]], text: str
) -> None:
    assert explanation.nobody(considered_count=considered, reasons=reasons) == text


def test_a_part_of_a_later_version_stands_for_itself() -> None:
    assert explanation.fell_short(Gap(3.0, (Gain("charm", 3.0),))) == "charm (3.0)"
