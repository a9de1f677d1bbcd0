"""A marketplace at work: what a dump has to bring back."""

from uuid import UUID

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from core.auth.actors import Actor
from feedback.services.ratings import rate_lead
from leads.models import Lead, Partner
from leads.services.lifecycle import LeadAction, change_status
from performance.services.refresh import refresh_statistics
from router.assignment import LeadAssignmentService
from router.policies.services import save_version
from support.models import SupportTicket
from support.services.tickets import open_ticket
from tests.integration.router.worlds import ids, make_leads, make_partners

ANNA = Actor(name="user:1")

_LEGACY = """
INSERT INTO industries (name) VALUES ('roofs'), ('solar');
INSERT INTO profiles (max_open_leads, is_active_for_routing) VALUES (-1, false);
INSERT INTO profiles (regions, lead_industries, max_open_leads, ai_risk_score)
SELECT ARRAY['Utrecht', 'Groningen'], ARRAY['roofs'], 100 + n, 10 * n FROM generate_series(1, 8) AS n;
INSERT INTO leads (user_id, status, industry_id, province, created_at, price_at_purchase)
SELECT
    partner.id,
    (ARRAY['new', 'accepted', 'rejected', 'in_progress', 'completed'])[1 + n % 5],
    (SELECT id FROM industries ORDER BY name LIMIT 1),
    'Utrecht',
    now() - n * interval '5 hours',
    n + 0.5
FROM generate_series(1, 200) AS n
JOIN (
    SELECT id, row_number() OVER (ORDER BY max_open_leads) AS number FROM profiles WHERE max_open_leads > 0
) AS partner ON partner.number = 1 + n % 8;
INSERT INTO lead_activities (lead_id, type, description, created_at)
SELECT id, (ARRAY['phone_call', 'carrier_pigeon', 'note'])[n], E'said:\t"hello"\\n', created_at + n * interval '1 hour'
FROM leads CROSS JOIN generate_series(1, 3) AS n WHERE status <> 'new';
"""


def fill() -> None:
    """From the legacy tables with rows that break a rule of today, over migrations, to decisions and statistics."""
    call_command("migrate", "leads", "0002", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(_LEGACY)
    call_command("migrate", verbosity=0)

    User.objects.create_user("Anna")
    make_partners(6, max_open_leads=3, regions=["Utrecht"])
    make_partners(4, lead_locations=["97"])
    refresh_statistics(triggered_by="drill")
    service = LeadAssignmentService()
    decisions = service.assign(ids(make_leads(40) + make_leads(10, postcode="9711 AA", province="Groningen")))
    save_version(values={"region_weight": 40}, reason="drill", user=None)
    make_partners(2, max_open_leads=1, regions=["Zeeland"])
    decisions += service.assign(ids(make_leads(20, province="Zeeland", postcode="4331 AA")))
    _work([decision.lead_id for decision in decisions if decision.partner_id is not None])
    service.assign(ids(list(Lead.objects.filter(status="rejected", decisions__isnull=False))), trigger="reroute")
    refresh_statistics(triggered_by="drill")

    # What came in after the refresh, which the view does not know yet.
    partner = Partner.objects.filter(company_name="Partner 0000").order_by("id")[0]
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO leads (user_id) SELECT %s FROM generate_series(1, 5)", [partner.pk])
        cursor.execute(
            "INSERT INTO lead_activities (lead_id, type) SELECT id, 'meeting' FROM leads WHERE user_id = %s",
            [partner.pk],
        )


def _work(lead_ids: list[UUID]) -> None:
    """Partners work on their leads, and people say what they think of it."""
    now = timezone.now()
    for number, lead_id in enumerate(lead_ids):
        if number % 6 == 0:
            change_status(lead_id=lead_id, action=LeadAction.REJECT, actor=ANNA, now=now)
            continue
        change_status(lead_id=lead_id, action=LeadAction.ACCEPT, actor=ANNA, now=now)
        if number % 3 == 0:
            change_status(lead_id=lead_id, action=LeadAction.WIN, actor=ANNA, now=now)
            rate_lead(lead_id=lead_id, rating=1 + number % 5, comment="fine", actor=ANNA, now=now)
        if number % 7 == 0:
            open_ticket(
                lead_id=lead_id,
                ticket_type=SupportTicket.Type.COMPLAINT,
                subject="late",
                body="",
                actor=ANNA,
                now=now,
            )
