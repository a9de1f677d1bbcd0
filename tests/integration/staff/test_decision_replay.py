"""A decision computed again, on its page."""

from typing import Any

import pytest
from django.test import Client

from tests.factories.marketplace import make_lead, make_partner
from tests.factories.pages import inline_parts, signed_in
from tests.integration.staff.decisions import (
    PERMISSION,
    an_old_record,
    decide,
    page_url,
    quick_and_slow,
    replay_url,
    replayed,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer() -> Client:
    return signed_in(PERMISSION)


def test_computed_again_it_is_equal(viewer: Client) -> None:
    quick_and_slow()
    log = decide(make_lead())

    html = replayed(viewer, log)

    assert "Identical: all scores and the order match the record" in html
    assert html.count(f'<td class="num">{log.total_score:.4f}</td>') == 2
    assert "≠" not in html
    assert "What differs" not in html


def test_computed_again_a_record_that_was_tampered_with_shows_where(viewer: Client) -> None:
    quick_and_slow()
    log = decide(make_lead())
    first, second = log.candidates
    forged = an_old_record(
        log.lead,
        partner=log.partner,
        total_score=log.total_score,
        region_score=log.region_score,
        performance_score=log.performance_score,
        fairness_score=log.fairness_score,
        bonus=log.bonus,
        candidates=[first, second | {"total": second["total"] + 1}],
        policy=log.policy,
        algorithm=log.algorithm,
    )

    html = replayed(viewer, forged)

    assert "The result differs from the record." in html
    assert html.count("≠") == 1
    assert f"Janssen Dak, total: recorded {second['total'] + 1}, computed {second['total']}" in html


def test_for_nobody_nobody_comes_out_again(viewer: Client) -> None:
    assert "Identical: no partner was recorded" in replayed(viewer, decide(make_lead()))


def test_without_htmx_the_button_gives_the_whole_page(viewer: Client) -> None:
    make_partner()
    log = decide(make_lead())

    html = viewer.post(replay_url(log)).content.decode()

    assert "Identical: all scores" in html
    assert "Who got it, and why" in html
    assert inline_parts(html) == []


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"candidates": [None, {}, {"partner_id": 5}], "exclusions": {"inactive": "many"}},
        {"candidates": [{"partner_id": "nobody", "total": "high"}], "policy": {"route": 3, "performance": 4}},
        {
            "candidates": [
                {"partner_id": "ec7b8cb0-0000-4000-8000-000000000001", "total": 50.0},
                {"partner_id": "ec7b8cb0-0000-4000-8000-000000000002", "total": 40.0},
            ],
            "policy": {"route": {"region_weight": 1}, "performance": {"weights": {"deal_rate": 5}}},
            "total_score": 50.0,
        },
    ],
)
def test_a_record_that_lacks_much_still_opens_and_says_that_it_cannot_be_computed(
    fields: dict[str, Any], viewer: Client
) -> None:
    log = an_old_record(make_lead(partner=make_partner(company_name="Kept")), **fields)

    html = text_of(viewer, page_url(log))

    assert "Kept got it" in html
    assert "were never computed" in html
    again = replayed(viewer, log)
    assert "This record lacks the data for a replay." in again
    assert "version 0 of the formulas" in again
