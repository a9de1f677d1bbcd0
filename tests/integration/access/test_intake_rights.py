"""What an intake client may do: a page sends leads, a server may also speak of those that it sent."""

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.db import IntegrityError

from feedback.models import LeadFeedback
from leads.models import Lead, Partner
from router.models import PolicyPreview
from support.models import SupportTicket
from tests.factories.api import assert_problem, client_of
from tests.factories.marketplace import make_intake_client, make_lead, make_partner
from tests.factories.raw import execute
from tests.integration.access.addresses import addresses
from tests.integration.admin.worlds import fill

pytestmark = [pytest.mark.django_db, pytest.mark.unmeasured]

URL = "/api/leads/"
PAGE = "https://www.example.com"
REFUSED = {403, 404, 405}
RATING = ("feedback", {"rating": 4}, "may_send_feedback")
TICKET = ("tickets", {"type": "complaint", "subject": "Nobody called"}, "may_open_tickets")
SPEAKS = pytest.mark.parametrize(("path", "body", "right"), [RATING, TICKET])


@SPEAKS
def test_a_server_with_the_right_speaks_of_its_own_leads_and_of_no_others(
    path: str, body: dict[str, Any], right: str
) -> None:
    client, partner = make_intake_client(**{right: True}), make_partner()
    own, others = make_lead(intake_client=client, partner=partner), make_lead(partner=partner)
    someone_elses = make_lead(intake_client=make_intake_client(), partner=partner)
    api = client_of(client.user)

    assert api.post(f"{URL}{own.id}/{path}/", body).status_code == 201
    for lead in (others, someone_elses):
        assert_problem(api.post(f"{URL}{lead.id}/{path}/", body), 404, "not_found")


@SPEAKS
def test_a_right_is_off_until_somebody_gives_it(path: str, body: dict[str, Any], right: str) -> None:
    rights = {name: name != right for _, _, name in (RATING, TICKET)}
    for client in (make_intake_client(), make_intake_client(**rights)):
        lead = make_lead(intake_client=client, partner=make_partner())

        assert_problem(client_of(client.user).post(f"{URL}{lead.id}/{path}/", body), 403, "permission_denied")
    assert not LeadFeedback.objects.exists()
    assert not SupportTicket.objects.exists()


@SPEAKS
def test_a_page_speaks_of_nothing_from_wherever_it_asks(path: str, body: dict[str, Any], right: str) -> None:
    client = make_intake_client(allowed_origins=[PAGE])
    url = f"{URL}{make_lead(intake_client=client, partner=make_partner()).id}/{path}/"
    api = client_of(client.user)

    for headers in ({}, {"Origin": PAGE}):
        refused = api.post(url, body, headers=headers)
        assert_problem(refused, 403, "permission_denied")
        assert "Access-Control-Allow-Origin" not in refused
    assert_problem(api.post(url, body, headers={"Origin": "https://evil.example"}), 403, "origin_not_allowed")


@SPEAKS
def test_the_database_gives_no_right_to_a_page(path: str, body: dict[str, Any], right: str) -> None:
    client = make_intake_client(**{right: True})

    with pytest.raises(IntegrityError, match="intake_clients_rights_of_a_server"):
        execute("UPDATE intake_clients SET allowed_origins = ARRAY['https://a.example'] WHERE id = %s", [client.pk])


def test_a_page_does_nothing_but_send_wherever_it_asks() -> None:
    client, lead = make_intake_client(allowed_origins=[PAGE]), fill(1).lead
    PolicyPreview.objects.create(days=30)
    AccessAttempt.objects.create(username="somebody", ip_address="192.0.2.1", failures_since_start=1)
    Partner.objects.update(company_name="Dakwerken De Vries")
    Lead.objects.filter(pk=lead.pk).update(intake_client=client)
    lead.refresh_from_db()
    api = client_of(client.user)
    let_in: dict[tuple[str, str], int] = {}
    for address in addresses(lead):
        if not address.name.startswith("api-") or address.name == "api-login":
            continue
        for method in ("get", "post", "put", "patch", "delete"):
            ask = getattr(api, method)
            for headers in ({}, {"Origin": PAGE}):
                answer = ask(address.path, address.sent, headers=headers)
                let_in |= {(address.name, method): answer.status_code} if answer.status_code not in REFUSED else {}
                assert "De Vries" not in answer.content.decode()
                assert str(lead.partner_id) not in answer.content.decode()
            elsewhere = ask(address.path, address.sent, headers={"Origin": "https://evil.example"})
            # An address that is not there is nothing for anybody.
            assert elsewhere.status_code == (404 if address.name == "api-nothing" else 403), (address.name, method)

    assert let_in == {("api-leads", "post"): 400}
