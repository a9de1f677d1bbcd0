"""Export of one person's data: every row, as JSON."""

import json
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from leads.privacy.personal_data import PERSONAL_TABLES, TICKETS
from leads.privacy.services.persons import Person, find_person

_RECIPIENTS = """
    SELECT jsonb_build_object('lead_id', lead.id, 'partner_id', partner.id, 'company', partner.company_name)::text
    FROM leads AS lead
    JOIN profiles AS partner ON partner.id = lead.user_id OR partner.id = ANY(lead.tried_partner_ids)
    WHERE lead.id = ANY(%(leads)s)
    ORDER BY lead.id, partner.id
"""


def export_person(person: Person, *, now: datetime) -> dict[str, Any]:
    """Return a person's rows by table, and the recipients of the leads, as JSON (articles 15 and 20 of the GDPR).

    Raises `TooManyLeads`.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        found = find_person(person)
        parameters = {"leads": list(found.lead_ids), "tickets": list(found.ticket_ids)}
        rows = {}
        for table in PERSONAL_TABLES:
            also = "OR told.id = ANY(%(tickets)s)" if table is TICKETS else ""
            cursor.execute(
                f"SELECT to_jsonb(told)::text FROM {table.name} AS told"  # noqa: S608  # our own names
                f" WHERE told.{table.lead} = ANY(%(leads)s) {also} ORDER BY told.{table.lead}, told::text",
                parameters,
            )
            rows[table.name] = [json.loads(row) for (row,) in cursor.fetchall()]
        cursor.execute(_RECIPIENTS, parameters)
        recipients = [json.loads(row) for (row,) in cursor.fetchall()]
    return {
        "made_at": now.isoformat(),
        "person": {
            "email": person.email,
            "phone": person.phone,
            "lead_id": None if person.lead_id is None else str(person.lead_id),
        },
        "recipients": recipients,
        "tables": rows,
    }
