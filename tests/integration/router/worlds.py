"""Small marketplaces for the router's tests."""

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from leads.models import Industry, Lead, Partner


def make_partners(count: int, **fields: Any) -> list[Partner]:
    """Partners that take everything everywhere, unless `fields` says otherwise."""
    values: dict[str, Any] = {"max_open_leads": None} | fields
    return Partner.objects.bulk_create(Partner(company_name=f"Partner {n:04}", **values) for n in range(count))


def make_leads(count: int, **fields: Any) -> list[Lead]:
    """Leads that wait for a partner, the first one oldest."""
    now = timezone.now()
    values: dict[str, Any] = {"province": "Utrecht", "postcode": "3511 AB"} | fields
    return Lead.objects.bulk_create(Lead(created_at=now - timedelta(minutes=count - n), **values) for n in range(count))


def make_industry(name: str) -> Industry:
    """An industry."""
    return Industry.objects.create(name=name)


def ids(rows: "list[Lead] | list[Partner]") -> list[uuid.UUID]:
    """Their ids."""
    return [row.id for row in rows]
