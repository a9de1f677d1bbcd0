"""Partners: which columns go out and in."""

import pytest
from django.test import Client
from django.utils import timezone

from leads.models import Partner
from tests.factories.marketplace import make_lead, make_partner
from tests.integration.admin.transfers import counts, csv_file, exported, imported, preview, problems, records, sheet

pytestmark = pytest.mark.django_db


def test_a_partner_is_exported_with_all_that_is_known_of_it(admin_client: Client) -> None:
    partner = make_partner(
        company_name="Zon",
        regions=["Utrecht", "Den Haag, Rotterdam"],
        lead_locations=["35"],
        max_open_leads=5,
        routing_priority=-1,
        ai_risk_score=70,
        ai_risk_level="high",
        is_active_for_routing=False,
    )
    make_lead(partner=partner)

    (row,) = records(exported(admin_client, Partner))
    (cells,) = sheet(exported(admin_client, Partner, kind="xlsx"))

    assert list(row)[:5] == ["id", "company_name", "is_active_for_routing", "max_open_leads", "routing_priority"]
    assert row["regions"] == 'Utrecht,"Den Haag, Rotterdam"'
    assert (row["lead_locations"], row["open_leads"], row["is_active_for_routing"]) == ("35", "1", "false")
    assert (cells["max_open_leads"], cells["routing_priority"], cells["primary_branch"]) == (5, -1, None)


def test_every_column_of_a_partner_can_be_imported(admin_client: Client) -> None:
    imported(
        admin_client,
        Partner,
        csv_file(
            [
                *("company_name", "is_active_for_routing", "max_open_leads", "routing_priority", "primary_branch"),
                *("lead_industries", "regions", "lead_locations"),
                *("ai_risk_score", "ai_risk_level", "ai_risk_assessed_at"),
            ],
            [
                *("Zon", "ONWAAR", "5", "-1", "Daken"),
                *("Zon, Dak", '"Den Haag, Rotterdam",Utrecht', "35"),
                *("70", "High", "2026-01-31 09:30"),
            ],
        ),
    )

    partner = Partner.objects.get()
    assert (partner.company_name, partner.is_active_for_routing, partner.max_open_leads) == ("Zon", False, 5)
    assert (partner.routing_priority, partner.primary_branch, partner.lead_industries) == (-1, "Daken", ["Zon", "Dak"])
    assert (partner.regions, partner.lead_locations) == (["Den Haag, Rotterdam", "Utrecht"], ["35"])
    assert (partner.ai_risk_score, partner.ai_risk_level) == (70, "high")
    assert timezone.localtime(partner.ai_risk_assessed_at).isoformat() == "2026-01-31T09:30:00+01:00"


def test_an_empty_cell_empties_and_a_missing_column_changes_nothing(admin_client: Client) -> None:
    partner = make_partner(max_open_leads=5, regions=["Utrecht"], primary_branch="Daken")

    imported(admin_client, Partner, csv_file(["id", "max_open_leads", "regions"], [partner.id, "", ""]))

    partner.refresh_from_db()
    assert (partner.max_open_leads, partner.regions, partner.primary_branch) == (None, None, "Daken")


def test_the_same_value_in_another_spelling_is_no_change(admin_client: Client) -> None:
    partner = make_partner(max_open_leads=5, is_active_for_routing=True, regions=["Utrecht", "Drenthe"])
    row = [partner.id, "5.0", "JA", "Utrecht,Drenthe"]

    found = preview(admin_client, Partner, csv_file(["id", "max_open_leads", "is_active_for_routing", "regions"], row))

    assert counts(found) == (0, 0, 1)


def test_a_new_partner_with_empty_cells_has_the_defaults(admin_client: Client) -> None:
    imported(
        admin_client,
        Partner,
        csv_file(["company_name", "is_active_for_routing", "routing_priority", "regions"], ["Zon", "", "", ""]),
    )

    partner = Partner.objects.get()
    assert (partner.is_active_for_routing, partner.routing_priority, partner.regions) == (True, 0, None)


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("is_active_for_routing", "", "It cannot be empty."),
        ("is_active_for_routing", "maybe", "'maybe' is neither true nor false."),
        ("ai_risk_level", "extreme", "'extreme' is none of low, medium, high."),
        ("ai_risk_assessed_at", "31-01-2026", "'31-01-2026' is not a time such as 2026-01-31 09:30."),
        ("ai_risk_assessed_at", "2150-01-01", "'2150-01-01' lies in the future."),
        ("ai_risk_assessed_at", "0001-01-01T00:00:00+10:00", "lies outside the years 1970 to 2199."),
        ("max_open_leads", "99999999999", "is more than 2147483647."),
        ("max_open_leads", "NaN", "'NaN' is not a whole number."),
        ("max_open_leads", "1e999999", "is more than"),
        ("regions", '"a', "is no list with commas."),
        ("company_name", "x" * 201, "It has 201 characters; 200 fit."),
    ],
)
def test_a_cell_that_is_no_value_of_its_column_is_named(
    column: str, cell: str, message: str, admin_client: Client
) -> None:
    partner = make_partner()

    ((line, named, said),) = problems(
        preview(admin_client, Partner, csv_file(["id", column], [partner.id, cell], delimiter=";"))
    )

    assert (line, named) == (2, column)
    assert message in said


def test_what_the_triggers_count_cannot_be_imported(admin_client: Client) -> None:
    partner = make_partner(company_name="Old")

    found = preview(
        admin_client,
        Partner,
        csv_file(
            ["id", "open_leads", "last_assigned_at", "company_name"], [partner.id, "7", "", "New"], ["", "7", "", ""]
        ),
    )
    imported(admin_client, Partner, csv_file(["id", "open_leads", "company_name"], [partner.id, "7", "New"]))

    partner.refresh_from_db()
    assert problems(found) == [(3, "open_leads", "The system keeps this column: leave it empty in a new row.")]
    assert found.context["left_out"] == ("open_leads", "last_assigned_at")
    assert (partner.company_name, partner.open_leads) == ("New", 0)


def test_only_what_the_file_changes_is_written(admin_client: Client) -> None:
    changed = make_partner(company_name="A", max_open_leads=1)
    other = make_partner(company_name="B", max_open_leads=2)
    since = list(Partner.objects.filter(pk=other.pk).values())

    imported(admin_client, Partner, csv_file(["id", "max_open_leads"], [changed.id, "9"], [other.id, "2"]))

    changed.refresh_from_db()
    assert changed.max_open_leads == 9
    assert list(Partner.objects.filter(pk=other.pk).values()) == since
