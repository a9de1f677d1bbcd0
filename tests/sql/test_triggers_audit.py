"""The events of the audit: what is kept of whose changes, and that nobody changes it."""

from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import DatabaseError, connection, transaction
from knox.models import AuthToken

from config.database_roles import make_application_role
from core.audit.triggers import audited_models
from core.models import AuditEvent
from leads.models import Lead, Partner
from leads.notifications.models import PartnerChannel
from tests.factories.marketplace import make_lead, make_partner, make_partner_user
from tests.factories.raw import copy_rows, execute, truncate

pytestmark = pytest.mark.django_db


def rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def events(table: str, row_id: object) -> list[tuple[str, dict[str, Any]]]:
    """(operation, changes) of a row, oldest first."""
    found = AuditEvent.objects.filter(table_name=table, row_id=str(row_id)).order_by("id")
    return list(found.values_list("operation", "changes"))


def test_a_change_by_sql_is_kept_with_old_and_new() -> None:
    partner = make_partner(max_open_leads=3, regions=["Utrecht"])

    execute("UPDATE profiles SET max_open_leads = 5, regions = '{Drenthe,Zeeland}' WHERE id = %s", [partner.id])

    event = AuditEvent.objects.filter(table_name="profiles", row_id=str(partner.id)).first()
    assert event is not None
    assert event.changes == {"max_open_leads": [3, 5], "regions": [["Utrecht"], ["Drenthe", "Zeeland"]]}
    assert (event.operation, event.context) == ("update", None)
    assert event.database_user == rows("SELECT session_user")[0][0]


def test_what_was_nothing_and_what_becomes_nothing_is_kept() -> None:
    partner = make_partner(max_open_leads=None)

    execute("UPDATE profiles SET max_open_leads = 5")
    execute("UPDATE profiles SET max_open_leads = NULL")

    assert [changes for _, changes in events("profiles", partner.id)][1:] == [
        {"max_open_leads": [None, 5]},
        {"max_open_leads": [5, None]},
    ]


def test_the_life_of_a_lead() -> None:
    partner = make_partner()
    execute("INSERT INTO leads (province, source) VALUES ('Utrecht', 'landing-page')")
    lead = Lead.objects.get()

    execute("UPDATE leads SET user_id = %s", [partner.id])
    execute("UPDATE leads SET status = 'accepted'")
    execute("DELETE FROM leads")

    came, handed_over, accepted, went = events("leads", lead.id)
    assert came == ("insert", {"status": [None, "new"], "source": [None, "landing-page"]})
    assert handed_over[1].keys() == {"user_id", "assigned_at"}
    assert handed_over[1]["user_id"] == [None, str(partner.id)]
    assert accepted[1]["status"] == ["new", "accepted"]
    assert (went[0], went[1]["status"], went[1]["province"]) == ("delete", ["accepted", None], ["Utrecht", None])


def test_of_a_person_only_the_fact_that_something_changed_is_kept() -> None:
    lead = make_lead(contact_email="anna@example.com", contact_name="Anna Jansen", message="Call me", postcode="3511AB")

    execute(
        "UPDATE leads SET contact_email = 'a.jansen@example.com', contact_name = 'Anna',"
        " contact_phone = '+31612345678', message = 'Call me tomorrow', postcode = '3512AB'"
    )
    execute("DELETE FROM leads")

    assert events("leads", lead.id)[1] == (
        "update",
        {"contact_name": [], "contact_email": [], "contact_phone": [], "message": [], "postcode": []},
    )
    everything = str(list(AuditEvent.objects.values()))
    assert not any(text in everything for text in ("Anna", "example.com", "Call me", "3511AB", "3512AB", "+316"))


def test_the_counters_of_the_routing_make_no_events() -> None:
    partner = make_partner(max_open_leads=1)
    lead = make_lead()
    execute("UPDATE leads SET user_id = %s", [partner.id])
    before = AuditEvent.objects.count()

    execute("UPDATE leads SET routing_attempts = 5, routing_attempted_at = now(), province = province")
    execute("UPDATE profiles SET routing_changed_at = NULL, company_name = company_name")

    assert (AuditEvent.objects.count(), Partner.objects.get().open_leads) == (before, 1)
    assert [operation for operation, _ in events("profiles", partner.id)] == ["insert"]
    assert [operation for operation, _ in events("leads", lead.id)] == ["insert", "update"]


def test_a_batch_makes_one_event_a_row() -> None:
    copy_rows("leads", ("province",), [("Utrecht",)] * 50)

    execute("UPDATE leads SET province = 'Drenthe' WHERE id IN (SELECT id FROM leads LIMIT 30)")

    found = AuditEvent.objects.filter(table_name="leads")
    assert found.filter(operation="insert").count() == 50
    assert found.filter(operation="update", changes={"province": ["Utrecht", "Drenthe"]}).count() == 30


def test_an_emptied_table_is_an_event() -> None:
    make_lead()
    execute("SET CONSTRAINTS ALL IMMEDIATE")

    truncate("leads")

    assert events("leads", "") == [("truncate", {})]


def test_users_groups_and_their_permissions() -> None:
    user = User.objects.create_user(username="anna", email="anna@example.com", password="secret")
    group = Group.objects.create(name="helpers")
    permission = Permission.objects.get(codename="view_lead")

    group.permissions.add(permission)
    user.groups.add(group)
    user.user_permissions.add(permission)
    User.objects.filter(pk=user.pk).update(is_superuser=True, password="x", last_login="2026-11-23T12:00Z")
    user.groups.clear()

    pk = {"group_id": [None, group.pk]}
    assert events("auth_group", group.pk) == [("insert", {"name": [None, "helpers"]})]
    assert events("auth_group_permissions", group.pk) == [("insert", {**pk, "permission_id": [None, permission.pk]})]
    assert events("auth_user_groups", group.pk) == [
        ("insert", {**pk, "user_id": [None, user.pk]}),
        ("delete", {"group_id": [group.pk, None], "user_id": [user.pk, None]}),
    ]
    assert events("auth_user_user_permissions", user.pk)[0][1]["permission_id"] == [None, permission.pk]
    assert events("auth_user", user.pk)[1] == ("update", {"is_superuser": [False, True], "password": []})
    assert "anna" not in str(list(AuditEvent.objects.values()))


def test_tokens_without_their_hash() -> None:
    user = User.objects.create_user(username="client")
    made, secret = AuthToken.objects.create(user=user)

    execute("UPDATE knox_authtoken SET expiry = NULL")
    digest = made.digest
    made.delete()

    kept = events("knox_authtoken", made.token_key)
    assert [operation for operation, _ in kept] == ["insert", "update", "delete"]
    assert kept[1][1]["expiry"][1] is None
    assert digest not in str(kept)
    assert secret not in str(list(AuditEvent.objects.values()))


def test_the_login_of_a_partner_is_an_event_of_the_partner() -> None:
    partner = make_partner()
    user = make_partner_user(partner)

    assert events("partner_users", partner.id) == [
        ("insert", {"partner_id": [None, str(partner.id)], "user_id": [None, user.pk]})
    ]


def test_where_a_partner_is_told_of_its_leads_is_an_event_of_the_partner() -> None:
    partner = make_partner()
    channel = PartnerChannel.objects.create(partner=partner, kind="webhook", address="https://example.com/secret-path")

    PartnerChannel.objects.filter(pk=channel.pk).update(address="https://example.org/", failures=3)
    PartnerChannel.objects.filter(pk=channel.pk).update(failures=4)

    came, moved = events("partner_channels", partner.id)
    assert came[1]["kind"] == [None, "webhook"]
    assert moved == ("update", {"address": []})
    assert "example." not in str(list(AuditEvent.objects.values()))


def test_every_watched_table_is_watched_in_the_database() -> None:
    found = rows(
        "SELECT tgrelid::regclass::text, count(*) FROM pg_trigger"
        " WHERE tgname ~ '^pgtrigger_audit_(insert|update|delete|truncate)_' AND tgenabled = 'O' GROUP BY 1"
    )

    assert dict(found) == dict.fromkeys(audited_models(), 4)


# -- Who it was


def test_what_the_session_says_of_itself_stands_beside_its_login() -> None:
    execute("SET LOCAL pghistory.context_metadata = '{\"user\": 1}'")
    make_partner()

    event = AuditEvent.objects.get(table_name="profiles")
    assert event.context == {"user": 1}
    assert event.database_user == rows("SELECT session_user")[0][0]


# -- Nobody changes them


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_events SET row_id = 'x'", "DELETE FROM audit_events", "TRUNCATE audit_events"]
)
def test_events_are_append_only(statement: str) -> None:
    make_partner()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        execute(statement)
    assert AuditEvent.objects.exists()


def test_old_events_are_removed_by_a_function_of_its_own() -> None:
    make_partner()
    execute(
        "INSERT INTO audit_events (at, table_name, row_id, operation, changes, database_user)"
        " VALUES (now() - interval '2 years', 'leads', '', 'delete', '{}', 'somebody')"
    )
    kept = set(AuditEvent.objects.exclude(table_name="leads").values_list("id", flat=True))

    with connection.cursor() as cursor:
        cursor.execute("SELECT remove_audit_events(now() - interval '1 year')")
        assert cursor.fetchone() == (1,)

    assert set(AuditEvent.objects.values_list("id", flat=True)) == kept != set()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        execute("DELETE FROM audit_events")


def test_no_setting_of_a_session_switches_the_events_off() -> None:
    execute("SET LOCAL pgtrigger.ignore = '{audit_insert,leads:audit_insert,profiles:audit_insert}'")

    make_partner()

    assert AuditEvent.objects.filter(table_name="profiles").count() == 1


def refusal(statement: str) -> object:
    """What kind of error PostgreSQL answers a statement with; None for none."""
    try:
        with transaction.atomic():
            execute(statement)
    except DatabaseError as error:
        return type(error.__cause__)
    return None


def test_the_applications_role_is_watched_and_cannot_touch_the_events() -> None:
    partner = make_partner()
    make_application_role(name="audit_test_app", password=None)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL SESSION AUTHORIZATION audit_test_app")
    try:
        execute("UPDATE profiles SET max_open_leads = 7")
        execute("INSERT INTO leads (user_id) VALUES (%s)", [partner.id])
        execute("UPDATE leads SET status = 'accepted'")
        seen = {
            (event.table_name, event.database_user) for event in AuditEvent.objects.exclude(table_name="auth_group")
        }
        refusals = {
            statement: refusal(statement)
            for statement in (
                "INSERT INTO audit_events SELECT * FROM audit_events LIMIT 1",
                "UPDATE audit_events SET row_id = 'x'",
                "DELETE FROM audit_events",
                "TRUNCATE audit_events",
                "ALTER TABLE audit_events DISABLE TRIGGER ALL",
                "ALTER TABLE leads DISABLE TRIGGER ALL",
                "DROP TABLE audit_events",
            )
        }
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET SESSION AUTHORIZATION")

    assert {("profiles", "audit_test_app"), ("leads", "audit_test_app")} <= seen
    assert set(refusals.values()) == {psycopg.errors.InsufficientPrivilege}
