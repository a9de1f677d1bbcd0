"""Intake of many leads at once."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from functools import partial
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction

from core.auth.actors import Actor
from leads.models import Lead, LeadActivity
from leads.services.dispatch import BROKER_ERRORS, impatient_connection
from leads.services.intake import NewLead
from leads.vocabulary import ActivityType

logger = logging.getLogger(__name__)

ROWS_PER_STATEMENT = 1000


def create_leads(*, leads: Mapping[UUID, NewLead], actor: Actor, now: datetime) -> None:
    """Create leads under given ids, as `create_lead` does, and have them routed after commit.

    All or nothing, with two statements for each thousand. Raises `IntegrityError` for an id that already exists.
    """
    with transaction.atomic():
        Lead.objects.bulk_create(
            [Lead(id=key, created_at=now, **asdict(new)) for key, new in leads.items()], batch_size=ROWS_PER_STATEMENT
        )
        LeadActivity.objects.bulk_create(
            [
                LeadActivity(
                    lead_id=key,
                    type=ActivityType.CREATED,
                    created_at=now,
                    metadata={"actor": actor.name, "source": new.source},
                )
                for key, new in leads.items()
            ],
            batch_size=ROWS_PER_STATEMENT,
        )
        transaction.on_commit(partial(request_routing_of_many, tuple(leads)))


def request_routing_of_many(lead_ids: Collection[UUID]) -> int:
    """Send the messages that route these leads, over one connection; call it after commit.

    Returns how many were sent. The first failure ends it: the sweep finds the rest.
    """
    sent = 0
    try:
        with impatient_connection() as connection, current_app.amqp.Producer(connection) as producer:
            for lead_id in lead_ids:
                current_app.send_task(
                    settings.ROUTE_LEAD_TASK, args=[str(lead_id)], producer=producer, ignore_result=True, retry=False
                )
                sent += 1
    except BROKER_ERRORS as error:
        logger.warning(
            "%d leads wait for the sweep: the broker is away (%s).", len(lead_ids) - sent, type(error).__name__
        )
    return sent
