"""Two workers that record the same days at the same moment, and beside somebody who changes a partner."""

from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from leads.models import Partner
from performance.models import PartnerPerformanceDay
from performance.services.history import record_day, record_missing_days
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_day_is_recorded_once_whoever_comes_first() -> None:
    now = timezone.now()
    make_lead(partner=make_partner(), created_at=now - timedelta(days=4))
    Partner.objects.bulk_create(Partner(company_name=f"Partner {number}") for number in range(49))

    recorded = at_once(4, lambda _: record_missing_days(now=now))

    days = PartnerPerformanceDay.objects.values_list("day", flat=True).distinct().count()
    assert days == 4
    assert sum(run.row_count for run in recorded) == PartnerPerformanceDay.objects.count() == 50 * days


def test_partners_can_be_changed_while_a_day_is_recorded() -> None:
    partner = make_partner()
    yesterday = timezone.localdate() - timedelta(days=1)
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("UPDATE profiles SET open_leads = 3 WHERE id = %s", [partner.pk])
            with connection.cursor() as own:
                own.execute("SET lock_timeout TO '2s'")

            assert record_day(day=yesterday, now=timezone.now()) == 1
        other.rollback()
    finally:
        other.close()
        with connection.cursor() as own:
            own.execute("RESET lock_timeout")
