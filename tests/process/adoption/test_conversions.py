"""What becomes of each oddity of an old database."""

from typing import Any

import psycopg
import pytest

from tests.process.adoption.cases import BY_VARIANT
from tests.process.adoption.commands import inspect, plan
from tests.process.adoption.databases import Databases, Session
from tests.process.adoption.objects import objects
from tests.process.adoption.smoke import insert_lead

pytestmark = pytest.mark.usefixtures("unblocked")

PARTNER, LEAD = "00000000-0000-4000-8000-0000000000", "md5('lead 1')::uuid"


def rows(session: Session, statement: str) -> list[tuple[Any, ...]]:
    return session.execute(statement.encode()).fetchall()


def one(session: Session, statement: str) -> Any:
    ((value,),) = rows(session, statement)
    return value


def check_names(session: Session, table: str) -> dict[str, bool]:
    """The checks and foreign keys of a table, and whether old rows keep them."""
    return dict(
        session.execute(
            "SELECT conname, convalidated FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'f')",
            [table],
        ).fetchall()
    )


def test_regions_become_lists_of_what_they_name(databases: Databases) -> None:
    case = BY_VARIANT["regions_text"]
    with case.use(databases, case.adopted(databases)) as database, database.session() as session:
        regions = dict(
            rows(session, f"SELECT right(id::text, 2), regions FROM profiles WHERE id::text ~ '^{PARTNER}b'")
        )

    assert regions == {
        "b1": ["Utrecht", "Gelderland"],
        "b2": ["Flevoland"],
        "b3": [],
        "b4": None,
        "b5": ["Noord-Holland", "Zuid-Holland"],
        "b6": ["Drenthe", "Groningen"],
        "b7": ["'s-Gravenhage", "Den Bosch"],
        "b8": ["Limburg", "Zeeland"],
        "b9": ["Noord-Brabant", "Utrecht (stad)"],
        "ba": [],
        "bb": [],
        "bc": ["{Utrecht"],
        "bd": ["Fryslân"],
    }


def test_a_status_of_their_enum_is_text_and_their_statements_go_on_working(databases: Databases) -> None:
    case = BY_VARIANT["status_enum"]
    with case.use(databases, case.adopted(databases)) as database, database.session() as session:
        new = one(session, "SELECT count(*) FROM leads WHERE status = 'new'")

        assert one(session, "SELECT count_leads_of('new')") == one(session, "SELECT count_leads_of(NULL)") == new
        assert one(session, "SELECT count(*) FROM leads WHERE status = 'new'::lead_status") == new
        session.execute(f"UPDATE leads SET status = 'accepted'::lead_status WHERE id = {LEAD}")
        assert one(session, f"SELECT accepted_at IS NOT NULL FROM leads WHERE id = {LEAD}") is True
        with pytest.raises(psycopg.errors.CheckViolation, match="accepted_has_partner"):
            session.execute("INSERT INTO leads (status) VALUES ('in_progress')")
        insert_lead()
        index = one(session, "SELECT pg_get_indexdef('leads_new'::regclass)")
        assert index.endswith("(created_at) WHERE (status = 'new'::text)")


def test_a_check_goes_if_it_refuses_words_of_ours_and_stays_if_not(databases: Databases) -> None:
    case = BY_VARIANT["checks_of_any_name"]
    with case.use(databases, case.adopted(databases)) as database, database.session() as session:
        assert set(check_names(session, "leads")) >= {"ck_status_not_empty", "ck_leads_4711", "leads_status_known"}
        assert set(check_names(session, "lead_activities")) >= {"description_has_words", "lead_activities_type_known"}
        insert = f"INSERT INTO lead_activities (lead_id, type, description) VALUES ({LEAD}, %s, %s)"
        # One of ours, one that only rows had, one that only their check had.
        for word in ("status_change_contacted", "offerte", "opname"):
            session.execute(insert, [word, None])
        with pytest.raises(psycopg.errors.CheckViolation, match="description_has_words"):
            session.execute(insert, ["note", ""])
        with pytest.raises(psycopg.errors.CheckViolation, match="type_known"):
            session.execute(insert, ["duif", None])


def test_rows_that_break_a_rule_are_listed_and_stay_and_no_new_ones_come(databases: Databases) -> None:
    case = BY_VARIANT["unknown_values"]
    with case.use(databases, case.ready(databases)):
        report, _ = inspect()
    with case.use(databases, case.adopted(databases)) as database, database.session() as session:
        afterwards, _ = inspect()
        checks = check_names(session, "profiles") | check_names(session, "leads")
        for statement in (
            "INSERT INTO leads (status) VALUES ('archived')",
            "INSERT INTO leads (user_id) VALUES ('00000000-0000-4000-8000-00000000dead')",
            "INSERT INTO profiles (ai_risk_score) VALUES (140)",
        ):
            with pytest.raises(psycopg.errors.IntegrityError):
                session.execute(statement)
        session.execute(f"INSERT INTO lead_activities (lead_id, type) VALUES ({LEAD}, 'sms'), ({LEAD}, 'l''avis')")

    broken = {(problem["table"], problem["rule"]): problem["count"] for problem in report["rows"]}
    assert broken == {
        ("leads", "leads_status_known"): 4,
        ("leads", "leads_user_id_references_profiles"): 1,
        ("leads", "leads_industry_id_references_industries"): 1,
        ("lead_activities", "lead_activities_lead_id_references_leads"): 1,
        ("lead_activities", "lead_activities_created_by_references_profiles"): 1,
        ("profiles", "profiles_ai_risk_score_range"): 2,
        ("profiles", "profiles_ai_risk_level_known"): 1,
        ("profiles", "profiles_max_open_leads_not_negative"): 1,
    }
    assert {(problem["table"], problem["rule"]): problem["count"] for problem in afterwards["rows"]} == broken
    assert checks["leads_status_known"] is False
    assert checks["profiles_ai_risk_score_range"] is False
    assert checks["leads_deal_value_not_negative"] is True
    statuses = {value["value"]: value["known"] for value in report["values"][0]["values"]}
    assert statuses == {
        "new": True,
        "accepted": True,
        "rejected": True,
        "in_progress": True,
        "completed": True,
        "archived": False,
        "Accepted ": False,
    }
    assert {value["value"] for value in report["values"][1]["values"] if not value["known"]} == {
        "sms",
        "site_visit",
        "l'avis",
    }


def test_an_old_log_keeps_its_rows_and_its_numbers_under_another_name(databases: Databases) -> None:
    case = BY_VARIANT["old_log_table"]
    with case.look_at(databases, case.ready(databases)):
        (warning,) = inspect()[0]["warnings"]
    assert "note_assignment(uuid,numeric)" in warning
    assert "lead_assignment_logs_legacy" in warning
    with case.use(databases, case.adopted(databases)) as database, database.session() as session:
        assert one(session, "SELECT count(*) FROM lead_assignment_logs") == 0
        last = one(session, "SELECT max(id) FROM lead_assignment_logs_legacy")
        sequence = one(session, "SELECT pg_get_serial_sequence('lead_assignment_logs_legacy', 'id')")
        assert sequence == "public.lead_assignment_logs_legacy_id_seq"
        session.execute(f"INSERT INTO lead_assignment_logs_legacy (lead_id) VALUES ({LEAD})")
        assert one(session, "SELECT max(id) FROM lead_assignment_logs_legacy") == last + 1


def test_who_could_read_and_refresh_the_statistics_still_can_and_nobody_else(databases: Databases) -> None:
    case = BY_VARIANT["old_refresh_functions"]
    with case.use(databases, case.adopted(databases)) as database, database.session() as session:
        for role in ("reader", "caller"):
            session.execute(f'SET ROLE "{database.roles[role]}"')
            assert one(session, "SELECT count(*) FROM partner_performance_stats") == 44
        assert one(session, "SELECT refreshed FROM refresh_partner_performance_stats()") is True
        session.execute(f'SET ROLE "{database.roles["reader"]}"')
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("SELECT refresh_partner_performance_stats()")


def test_the_old_owner_of_the_statistics_can_still_read_and_refresh_them(databases: Databases) -> None:
    case = BY_VARIANT["other_owner"]
    with case.use(databases, case.adopted(databases)) as database, database.session() as session:
        session.execute(f'SET ROLE "{database.roles["owner"]}"')
        assert one(session, "SELECT count(*) FROM partner_performance_stats") == 44
        assert one(session, "SELECT refreshed FROM refresh_partner_performance_stats()") is True


def test_views_that_had_to_go_can_be_made_anew_as_they_were(databases: Databases) -> None:
    case = BY_VARIANT["dependent_views"]
    with case.use(databases, case.adopted(databases)) as database, database.session() as session:
        session.execute(
            "CREATE VIEW top_partners AS SELECT stats.partner_id, stats.conversion_rate_30d"
            " FROM partner_performance_stats AS stats WHERE stats.leads_assigned_30d > 2;"
            "CREATE VIEW waiting_leads AS SELECT lead.id, lead.province FROM leads AS lead"
            " WHERE lead.status = 'new' AND lead.user_id IS NULL;"
            "CREATE POLICY only_open ON leads FOR SELECT USING (status IN ('new', 'accepted', 'in_progress'))"
        )
        assert one(session, "SELECT count(*) FROM top_partners") > 0
        assert one(session, "SELECT count(*) FROM waiting_leads") > 0


@pytest.mark.parametrize("variant", ["row_level_security", "row_level_security_forced", "everything"])
def test_the_people_of_the_old_application_see_and_do_what_they_did(variant: str, databases: Databases) -> None:
    case = BY_VARIANT[variant]
    with case.use(databases, case.adopted(databases)) as database, database.session() as session:
        partner = one(
            session, "SELECT user_id FROM leads WHERE status = 'new' AND user_id IS NOT NULL ORDER BY id LIMIT 1"
        )
        own = one(session, f"SELECT count(*) FROM leads WHERE user_id = '{partner}'")
        before = one(session, f"SELECT open_leads FROM profiles WHERE id = '{partner}'")
        session.execute(f'SET ROLE "{database.roles["authenticated"]}"')
        session.execute("SELECT set_config('request.jwt.claim.sub', %s, false)", [str(partner)])

        assert one(session, "SELECT count(*) FROM leads") == own
        (accepted, *_) = rows(
            session, "UPDATE leads SET status = 'accepted' WHERE status = 'new' RETURNING id, accepted_at"
        )
        assert accepted[1] is not None
        session.execute("INSERT INTO lead_activities (lead_id, type) VALUES (%s, 'meeting')", [accepted[0]])
        session.execute("UPDATE leads SET status = 'rejected' WHERE id = %s", [accepted[0]])
        for table in ("lead_assignment_logs", "routing_policies", "auth_user"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(f"SELECT count(*) FROM {table}")
        session.execute(f'SET ROLE "{database.roles["anon"]}"')
        session.execute("INSERT INTO leads (province) VALUES ('Utrecht')")
        session.execute("RESET ROLE")

        assert one(session, f"SELECT first_contact_at IS NOT NULL FROM leads WHERE id = '{accepted[0]}'") is True
        assert one(session, f"SELECT open_leads FROM profiles WHERE id = '{partner}'") == before - 1


def test_triggers_of_theirs_slept_meanwhile_and_are_as_awake_as_before(databases: Databases) -> None:
    case = BY_VARIANT["extra_columns"]
    with case.use(databases, case.adopted(databases)) as database, database.session() as session:
        assert one(session, "SELECT count(*) FROM audit_log") == 0
        states = dict(
            rows(session, "SELECT tgname, tgenabled::text FROM pg_trigger WHERE tgname ~ '_(updated_at|audit)$'")
        )
        session.execute(f"UPDATE leads SET province = 'Drenthe' WHERE id = {LEAD}")
        assert one(session, "SELECT count(*) FROM audit_log WHERE table_name = 'leads'") == 1
        assert one(session, f"SELECT updated_at > now() - interval '1 minute' FROM leads WHERE id = {LEAD}") is True

    assert states == {
        "activities_audit": "D",
        "leads_audit": "O",
        "leads_replica_audit": "R",
        "leads_updated_at": "O",
        "profiles_audit": "A",
        "profiles_updated_at": "O",
    }


def test_first_contacts_come_from_the_activities_of_old(databases: Databases) -> None:
    case = BY_VARIANT["old_activities"]
    with case.use(databases, case.adopted(databases)) as database, database.session() as session:
        contacts = dict(
            rows(
                session,
                "SELECT right(id::text, 2), to_char(first_contact_at AT TIME ZONE 'Europe/Amsterdam', 'DD HH24:MI')"
                f" FROM leads WHERE id::text ~ '^{PARTNER}f' AND right(id::text, 2) <> 'f4'",
            )
        )
        future = one(session, f"SELECT now() - first_contact_at FROM leads WHERE id = '{PARTNER}f4'")

    # f1: dated before its lead. f5: one of its two is in the future.
    assert contacts == {"f1": "03 12:00", "f2": "03 12:20", "f3": None, "f5": "04 08:00", "f6": None}
    assert 0 <= future.total_seconds() < 600


def test_what_the_marketplace_began_by_itself_is_carried_on(databases: Databases) -> None:
    case = BY_VARIANT["half_done"]
    with case.use(databases, case.ready(databases)) as database, database.session() as session:
        statement = "SELECT id, first_contact_at FROM leads WHERE first_contact_at IS NOT NULL"
        before = dict(rows(session, statement))
        report, _ = inspect()
    with case.use(databases, case.adopted(databases)) as database, database.session() as session:
        after = dict(rows(session, statement))
        missing = one(
            session,
            "SELECT count(*) FROM leads WHERE first_contact_at IS NULL AND EXISTS (SELECT FROM lead_activities"
            " WHERE lead_id = leads.id AND type IN ('phone_call', 'email_sent', 'whatsapp', 'meeting'))",
        )
        checks = check_names(session, "support_tickets") | check_names(session, "leads")
        with pytest.raises(psycopg.errors.UndefinedFunction):
            session.execute("SELECT set_first_contact_at()")

    assert {key: after[key] for key in before} == before
    assert len(after) > len(before)
    assert missing == 0
    broken = {problem["rule"]: problem["count"] for problem in report["rows"]}
    assert broken["leads_first_contact_after_creation"] == 1
    assert broken["support_tickets_type_known"] > 0
    assert checks["leads_first_contact_after_creation"] is False
    assert checks["support_tickets_type_known"] is False


@pytest.mark.parametrize(
    ("variant", "direction", "versions"),
    [
        ("baseline", "trust", [(1, True, False)]),
        ("high_score_is_risk", "risk", [(1, False, False), (2, True, True)]),
    ],
)
def test_the_policy_takes_the_ai_score_as_the_data_do(
    variant: str, direction: str, versions: list[tuple[int, bool, bool]], databases: Databases
) -> None:
    case = BY_VARIANT[variant]
    with case.use(databases, case.adopted(databases)) as database, database.session() as session:
        report, _ = inspect()
        policies = rows(
            session, "SELECT version, is_active, ai_high_score_is_risk FROM routing_policies ORDER BY version"
        )

    assert report["ai_score"]["direction"] == direction
    assert policies == versions


def test_a_decoy_in_another_schema_is_left_alone(databases: Databases) -> None:
    case = BY_VARIANT["other_schema"]
    with case.use(databases, case.adopted(databases)) as database, database.session() as session:
        assert rows(session, "SELECT id, email, status FROM public.leads") == [(1, "nieuwsbrief@example.com", "cold")]
        in_public = rows(session, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1")
        functions = rows(session, "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace")

    assert [name for (name,) in in_public] == ["leads", "leads_id_seq", "leads_pkey"]
    assert functions == []


def test_a_plan_run_by_hand_takes_the_database_over(databases: Databases) -> None:
    case = BY_VARIANT["everything"]
    with case.use(databases, case.ready(databases)) as database, database.session() as session:
        session.execute(plan().encode())
        report, status = inspect()
        by_hand = objects(database, schema="public")

    assert (report["state"], report["blockers"], status) == ("adopted", [], 0)
    assert by_hand == objects(case.adopted(databases), schema="public")
