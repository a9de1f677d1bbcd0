"""A test with transactions of its own leaves the tables to the next one as migrations did."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.db import connection

from leads.models import Lead
from router.policies.services import save_version
from tests.factories.marketplace import make_lead, make_partner


def contents() -> dict[str, list[str]]:
    """All rows by table."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT entry::text FROM "{table}" AS entry ORDER BY 1')
            found[table] = [row for (row,) in cursor.fetchall()]
    return found


@pytest.mark.django_db(transaction=True)
def test_what_is_added_changed_or_deleted_is_undone() -> None:
    call_command("flush", interactive=False, verbosity=0)
    before = contents()
    make_lead(partner=make_partner())
    save_version(values={"prior": 61.0}, reason="Another.", user=User.objects.create_user("somebody"))
    Group.objects.get(name="viewer").delete()
    Group.objects.get(name="tuner").permissions.set([])
    Permission.objects.filter(codename="view_lead").update(name="Other")
    assert contents() != before

    call_command("flush", interactive=False, verbosity=0)

    assert contents() == before
    assert [len(before[table]) for table in ("leads", "audit_events", "routing_policies")] == [0, 0, 1]
    assert before["auth_permission"]
    # Triggers are awake again.
    assert Lead.objects.count() == 0
    make_lead(partner=make_partner(max_open_leads=3))
    with connection.cursor() as cursor:
        cursor.execute("SELECT open_leads FROM profiles")
        assert cursor.fetchall() == [(1,)]
