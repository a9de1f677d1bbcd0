"""Examples of requests and responses of the lead API, for the schema."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

PARTNER = {"id": "174eec1d-ad60-4d36-ba7c-d0ffe1bb1976", "company_name": "Dakwerken De Vries"}
INDUSTRY = {"id": "5f8d1a40-6f3b-4b1e-9d55-0a3f6f9a5f11", "name": "Roofs"}
LEAD_ID = "2579a18e-cc83-473d-8784-5e6e5470d337"
CREATED_AT = "2026-11-23T09:30:12.263494+01:00"


def lead_example(*, status: str = "accepted", deal_value: str | None = None) -> OpenApiExample:
    """Return an example of a lead in this status, with the timestamps of that status."""
    decided = status in {"won", "lost"}
    value: dict[str, Any] = {
        "id": LEAD_ID,
        "status": status,
        "partner": PARTNER,
        "industry": INDUSTRY,
        "province": "Utrecht",
        "postcode": "3511 AB",
        "source": "website",
        "created_at": CREATED_AT,
        "assigned_at": "2026-11-23T09:30:13.102211+01:00",
        "first_contact_at": None if status in {"new", "rejected"} else "2026-11-23T10:02:40.518930+01:00",
        "accepted_at": None if status in {"new", "rejected"} else "2026-11-23T09:48:05.000127+01:00",
        "decided_at": "2026-12-02T16:20:00.731845+01:00" if decided else None,
        "price_at_purchase": "35.00",
        "deal_value": deal_value,
        "contact_name": "A. de Boer",
        "contact_email": "a.deboer@example.org",
        "contact_phone": "+31302345678",
        "message": "The roof of the shed leaks.",
        "anonymised_at": None,
        "repeats": [
            {
                "received_at": "2026-11-25T20:11:54.310001+01:00",
                "source": "website",
                "contact_name": "A. de Boer",
                "contact_email": "a.deboer@example.org",
                "contact_phone": "+31612345678",
                "message": "Please call my mobile.",
            }
        ],
    }
    return OpenApiExample("lead", summary=f"A lead that is {status.replace('_', ' ')}", value=value, response_only=True)


WIN = OpenApiExample("win", summary="Won, and what it was worth", value={"deal_value": "12500.00"}, request_only=True)
NEW_ACTIVITY = OpenApiExample(
    "phone call",
    summary="The partner rang",
    value={"type": "phone_call", "description": "Will send a quotation on Friday."},
    request_only=True,
)
ACTIVITY = OpenApiExample(
    "phone call",
    summary="The partner rang",
    value={
        "id": "9c1b6a4e-2f67-4d0e-a8a5-54a6f1f6a7d0",
        "type": "phone_call",
        "description": "Will send a quotation on Friday.",
        "created_by": PARTNER["id"],
        "created_at": "2026-11-23T10:02:40.518930+01:00",
        "metadata": {},
    },
    response_only=True,
)
