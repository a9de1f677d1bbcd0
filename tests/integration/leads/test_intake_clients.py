"""An intake client, its tokens, its rate, and its pages; what it may do: `tests/integration/access`."""

from datetime import timedelta
from typing import Any

import pytest
from knox.models import AuthToken
from rest_framework.test import APIClient

from leads.intake.models import IntakeRate
from leads.intake.services.clients import NoSuchToken, make_token, revoke_token, tokens_of
from leads.intake.services.intake import MINUTE, seconds_to_wait
from leads.models import IntakeClient, Lead
from tests.factories.api import assert_problem, staff_client
from tests.factories.marketplace import ASKS_NOTHING, make_industry, make_intake_client, make_lead
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db

URL = "/api/leads/"
BODY = {"industry": "Roofs", "postcode": "3511 AB", "contact_email": "ans@example.org"}
PAGE = "https://www.example.com"


@pytest.fixture(autouse=True)
def roofs() -> None:
    """The industry of `BODY`."""
    make_industry(name="Roofs")


def api_of(client: IntakeClient) -> APIClient:
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Token {make_token(client=client, days=1).token}")
    return api


# -- The client and its tokens


def test_a_client_has_a_user_that_is_no_staff_and_has_no_password() -> None:
    client = make_intake_client(name="Solar page")

    assert client.user.get_username().startswith("intake-solar-page-")
    assert (client.user.is_staff, client.user.is_superuser, client.user.has_usable_password()) == (False, False, False)
    assert not client.user.check_password("")


def test_a_token_is_kept_as_a_hash_and_expires() -> None:
    client = make_intake_client()

    token = make_token(client=client, days=30)

    row = AuthToken.objects.get()
    assert token.token not in str(AuthToken.objects.values().get())
    assert token.token.startswith(token.start)
    assert row.expiry == token.expires_at
    assert row.expiry - row.created > timedelta(days=29, hours=23)


@pytest.mark.parametrize("days", [0, -1, 731])
def test_a_token_is_not_for_ever(days: int) -> None:
    with pytest.raises(ValueError, match="days"):
        make_token(client=make_intake_client(), days=days)


def test_a_revoked_token_is_refused() -> None:
    client = make_intake_client()
    api = api_of(client)
    assert api.post(URL, BODY).status_code == 201

    revoke_token(client=client, start=tokens_of(client)[0].token_key)

    assert_problem(api.post(URL, BODY), 401, "authentication_failed")


def test_an_expired_token_is_refused() -> None:
    api = api_of(make_intake_client())
    AuthToken.objects.update(expiry=AuthToken.objects.get().created)

    assert_problem(api.post(URL, BODY), 401, "authentication_failed")


def test_only_the_clients_own_tokens_are_revoked() -> None:
    client, other = make_intake_client(), make_intake_client()
    token = make_token(client=other, days=1)

    with pytest.raises(NoSuchToken):
        revoke_token(client=client, start=token.start)

    assert AuthToken.objects.exists()


# -- What it may do


def test_a_lead_of_a_client_has_its_source_and_remembers_it() -> None:
    client = make_intake_client(source="solar-page")

    response = api_of(client).post(URL, BODY)

    assert response.status_code == 201
    assert (Lead.objects.get().source, Lead.objects.get().intake_client) == ("solar-page", client)


def test_a_client_does_not_name_a_source() -> None:
    response = api_of(make_intake_client()).post(URL, BODY | {"source": ""})

    assert list(assert_problem(response, 400, "invalid")) == ["source"]
    assert not Lead.objects.exists()


def test_a_client_that_is_not_active_can_do_nothing() -> None:
    client = make_intake_client(is_active=False)

    assert_problem(api_of(client).post(URL, BODY), 403, "permission_denied")


def test_staff_with_the_permission_still_sends_leads_with_a_source_of_its_choice() -> None:
    response = staff_client("leads.add_lead").post(URL, BODY | {"source": "telephone"})

    assert response.status_code == 201
    assert (Lead.objects.get().source, Lead.objects.get().intake_client) == ("telephone", None)


# -- Rate


def test_beyond_its_rate_a_client_is_told_when_to_come_back() -> None:
    client = make_intake_client(leads_per_minute=2, **ASKS_NOTHING)
    api = api_of(client)
    assert [api.post(URL, {}).status_code for _ in range(2)] == [201, 201]

    refused = api.post(URL, {})

    assert_problem(refused, 429, "throttled")
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert Lead.objects.count() == 2
    assert api_of(make_intake_client(**ASKS_NOTHING)).post(URL, {}).status_code == 201


def test_a_place_is_free_60_seconds_after_it_was_taken() -> None:
    client = make_intake_client(leads_per_minute=2)
    assert [seconds_to_wait(client), seconds_to_wait(client)] == [0, 0]
    rate = IntakeRate.objects.get()
    first, second = rate.recent
    rate.recent = [first - timedelta(seconds=61), second - timedelta(seconds=20)]
    rate.save()

    assert seconds_to_wait(client) == 0
    assert 30 < seconds_to_wait(client) <= 40


def test_a_lower_rate_holds_from_the_next_request_on() -> None:
    client = make_intake_client(leads_per_minute=5)
    for _ in range(5):
        seconds_to_wait(client)
    IntakeClient.objects.update(leads_per_minute=1)
    client.refresh_from_db()

    assert 50 < seconds_to_wait(client) <= 60


@pytest.mark.django_db(transaction=True)
def test_of_forty_at_once_exactly_as_many_are_let_through_as_the_rate_says() -> None:
    client = make_intake_client(leads_per_minute=25)

    waits = at_once(40, lambda _: seconds_to_wait(client))

    assert waits.count(0) == 25
    assert len(IntakeRate.objects.get().recent) == 25


def test_a_minute_is_what_it_is() -> None:
    assert timedelta(minutes=1) == MINUTE


# -- Pages in a browser


def ask(origin: str) -> Any:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return APIClient().options(URL, headers=headers)


def test_a_page_of_a_client_may_ask_and_send() -> None:
    client = make_intake_client(allowed_origins=[PAGE])

    asked = ask(PAGE)
    sent = api_of(client).post(URL, BODY, headers={"Origin": PAGE})

    assert asked.status_code == 204
    assert asked["Access-Control-Allow-Origin"] == PAGE
    assert asked["Access-Control-Allow-Methods"] == "POST"
    assert set(asked["Access-Control-Allow-Headers"].split(", ")) == {
        "Authorization",
        "Content-Type",
        "Idempotency-Key",
    }
    assert (sent.status_code, sent["Access-Control-Allow-Origin"]) == (201, PAGE)
    assert "Idempotency-Replayed" in sent["Access-Control-Expose-Headers"]
    for answer in (asked, sent):
        assert "Origin" in answer["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer


@pytest.mark.parametrize(
    "origin", ["https://example.com", "http://www.example.com", f"{PAGE}:8443", "null", "https://[", "a\x00b", ""]
)
def test_a_page_of_another_origin_may_neither_ask_nor_send(origin: str) -> None:
    client = make_intake_client(allowed_origins=[PAGE])

    asked = ask(origin)
    sent = api_of(client).post(URL, BODY, headers={"Origin": origin})

    assert_problem(sent, 403, "origin_not_allowed")
    for answer in (asked, sent):
        assert "Access-Control-Allow-Origin" not in answer
    assert not Lead.objects.exists()


def test_another_clients_origin_is_refused_and_the_page_can_read_why() -> None:
    make_intake_client(allowed_origins=[PAGE])

    sent = api_of(make_intake_client(allowed_origins=["https://other.example"])).post(
        URL, BODY, headers={"Origin": PAGE}
    )

    assert_problem(sent, 403, "origin_not_allowed")
    assert sent["Access-Control-Allow-Origin"] == PAGE


def test_a_page_can_read_what_is_wrong() -> None:
    client = make_intake_client(allowed_origins=[PAGE], leads_per_minute=1)
    api = api_of(client)

    wrong = api.post(URL, {"postcode": "x"}, headers={"Origin": PAGE})
    too_often = api.post(URL, BODY, headers={"Origin": PAGE})
    unknown = APIClient().post(URL, BODY, headers={"Origin": PAGE})

    assert [answer.status_code for answer in (wrong, too_often, unknown)] == [400, 429, 401]
    assert {answer["Access-Control-Allow-Origin"] for answer in (wrong, too_often, unknown)} == {PAGE}


def test_the_origins_of_a_client_that_is_not_active_are_none() -> None:
    make_intake_client(allowed_origins=[PAGE], is_active=False)

    assert "Access-Control-Allow-Origin" not in ask(PAGE)


def test_our_own_pages_are_no_other_site() -> None:
    sent = api_of(make_intake_client()).post(URL, BODY, headers={"Origin": "http://testserver"})

    assert sent.status_code == 201
    assert "Access-Control-Allow-Origin" not in sent


def test_other_addresses_answer_no_page() -> None:
    make_intake_client(allowed_origins=[PAGE])
    lead = make_lead()

    for path in (f"{URL}{lead.id}/", f"{URL}{lead.id}/feedback/", "/api/auth/login/"):
        answer = APIClient().options(path, headers={"Origin": PAGE})
        assert "Access-Control-Allow-Origin" not in answer
    listed = staff_client("leads.view_lead").get(URL, headers={"Origin": PAGE})
    assert (listed.status_code, "Access-Control-Allow-Origin" in listed) == (200, False)
