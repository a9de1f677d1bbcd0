"""Partners whose rows break a rule: statements on their leads go on working, and their counter is made up for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from psycopg.errors import CheckViolation

from leads.models import Lead, Partner
from leads.queries import counter_differences
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.old_rows import before_the_rule
from tests.factories.raw import bind_again, copy_rows, execute, exempt, truncate

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

BROKEN: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("profiles_max_open_leads_not_negative", {"max_open_leads": -1}, {"max_open_leads": None}),
    ("profiles_ai_risk_score_range", {"ai_risk_score": 140}, {"ai_risk_score": 100}),
    ("profiles_ai_risk_level_known", {"ai_risk_level": "HIGH"}, {"ai_risk_level": "high"}),
]
"""A rule, what breaks it, and what puts it right."""


def break_partner(partner: Partner, rule: str = "profiles_ai_risk_level_known", **fields: Any) -> None:
    """Make the row one that is older than the rule."""
    with before_the_rule("profiles", rule):
        Partner.objects.filter(id=partner.id).update(**fields or {"ai_risk_level": "HIGH"})


def open_leads(partner: Partner) -> int:
    return Partner.objects.get(id=partner.id).open_leads


@contextmanager
def refused(constraint: str) -> Iterator[None]:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    assert isinstance(caught.value.__cause__, CheckViolation)
    assert caught.value.__cause__.diag.constraint_name == constraint


# -- The marketplace's own statements on the leads of such a partner


def update_status(old: Partner, other: Partner) -> None:
    execute("UPDATE leads SET status = 'won' WHERE user_id = %s", [old.id])


def update_the_status_of_many(old: Partner, other: Partner) -> None:
    execute("UPDATE leads SET status = 'lost'")


def delete(old: Partner, other: Partner) -> None:
    execute("DELETE FROM leads WHERE user_id = %s", [old.id])


def delete_many(old: Partner, other: Partner) -> None:
    execute("DELETE FROM leads")


def insert(old: Partner, other: Partner) -> None:
    execute("INSERT INTO leads (user_id) VALUES (%s)", [old.id])


def insert_many(old: Partner, other: Partner) -> None:
    copy_rows("leads", ("user_id", "status"), [(old.id, "new"), (other.id, "new"), (None, "new"), (old.id, "won")])


def take_away(old: Partner, other: Partner) -> None:
    execute("UPDATE leads SET user_id = NULL WHERE user_id = %s", [old.id])


def hand_to_another(old: Partner, other: Partner) -> None:
    execute("UPDATE leads SET user_id = %s WHERE user_id = %s", [other.id, old.id])


def truncate_leads(old: Partner, other: Partner) -> None:
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    truncate("leads")


WRITERS = [
    update_status,
    update_the_status_of_many,
    delete,
    delete_many,
    insert,
    insert_many,
    take_away,
    hand_to_another,
    truncate_leads,
]


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize(("rule", "wrong", "right"), BROKEN)
def test_every_statement_works_counts_for_the_others_and_is_made_up_for(
    rule: str, wrong: dict[str, Any], right: dict[str, Any], write: Callable[[Partner, Partner], None]
) -> None:
    old, other = make_partner(), make_partner()
    copy_rows("leads", ("user_id", "status"), [(old.id, "new"), (old.id, "accepted"), (other.id, "new"), (None, "new")])
    break_partner(old, rule, **wrong)

    write(old, other)
    while_broken = open_leads(old)
    Partner.objects.filter(id=old.id).update(**right)

    assert while_broken == 2
    assert open_leads(other) == Lead.objects.open().of_partner(other.id).count()
    assert open_leads(old) == Lead.objects.open().of_partner(old.id).count()
    assert counter_differences() == []


@pytest.mark.parametrize(("rule", "wrong", "right"), BROKEN[1:])
def test_a_handed_over_lead_is_counted_when_the_partner_is_right(
    rule: str, wrong: dict[str, Any], right: dict[str, Any]
) -> None:
    partner = make_partner()
    break_partner(partner, rule, **wrong)
    lead = make_lead()

    execute("UPDATE leads SET user_id = %s, assigned_at = %s WHERE id = %s", [partner.id, MONDAY, lead.id])
    while_broken = Partner.objects.get()
    Partner.objects.filter(id=partner.id).update(**right)

    now = Partner.objects.get()
    assert (while_broken.open_leads, while_broken.last_assigned_at) == (0, None)
    assert (now.open_leads, now.last_assigned_at) == (1, MONDAY)


def test_the_cap_of_such_a_partner_holds() -> None:
    partner = make_partner(max_open_leads=2)
    make_lead(partner=partner)
    break_partner(partner)
    leads = [make_lead() for _ in range(3)]

    execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner.id, leads[0].id])
    with refused("profiles_open_leads_within_cap"):
        execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner.id, leads[1].id])
    execute("UPDATE leads SET status = 'lost' WHERE id = %s", [leads[0].id])
    execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner.id, leads[2].id])

    assert Lead.objects.open().of_partner(partner.id).count() == 2


def test_one_statement_cannot_hand_over_more_than_fit() -> None:
    partner, other = make_partner(max_open_leads=1), make_partner()
    break_partner(partner)
    leads = [make_lead() for _ in range(3)]
    to = {leads[0].id: partner.id, leads[1].id: partner.id, leads[2].id: other.id}

    with refused("profiles_open_leads_within_cap"):
        execute(
            "UPDATE leads SET user_id = given.partner FROM unnest(%s::uuid[], %s::uuid[]) AS given (lead, partner)"
            " WHERE leads.id = given.lead",
            [list(to), list(to.values())],
        )

    assert open_leads(other) == 0


def test_a_negative_cap_takes_nothing_that_is_handed_over() -> None:
    partner = make_partner()
    break_partner(partner, "profiles_max_open_leads_not_negative", max_open_leads=-1)
    lead = make_lead()

    with refused("profiles_open_leads_within_cap"):
        execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner.id, lead.id])


# -- A partner that is put right


def test_a_partner_that_is_put_right_is_tried_at_once() -> None:
    partner = make_partner()
    break_partner(partner)
    before = timezone.now()

    execute("UPDATE profiles SET ai_risk_level = 'high'")

    noted = Partner.objects.get().routing_changed_at
    assert noted is not None
    assert noted > before


def test_who_puts_the_row_right_does_not_write_the_counter() -> None:
    partner = make_partner()
    break_partner(partner)
    make_lead(partner=partner, created_at=MONDAY, assigned_at=MONDAY)

    execute("UPDATE profiles SET ai_risk_level = 'high', open_leads = 99, last_assigned_at = NULL")

    now = Partner.objects.get()
    assert (now.open_leads, now.last_assigned_at) == (1, MONDAY)


def test_a_later_last_assignment_stays() -> None:
    partner = make_partner()
    lead = make_lead(partner=partner, created_at=MONDAY, assigned_at=MONDAY)
    break_partner(partner)
    execute("DELETE FROM leads WHERE id = %s", [lead.id])

    execute("UPDATE profiles SET ai_risk_level = NULL")

    now = Partner.objects.get()
    assert (now.open_leads, now.last_assigned_at) == (0, MONDAY)


def test_many_that_are_put_right_together_are_counted_each() -> None:
    partners = [make_partner() for _ in range(5)]
    for partner in partners:
        break_partner(partner)
    copy_rows("leads", ("user_id",), [(partner.id,) for place, partner in enumerate(partners) for _ in range(place)])

    execute("UPDATE profiles SET ai_risk_level = lower(ai_risk_level)")

    assert [open_leads(partner) for partner in partners] == [0, 1, 2, 3, 4]


def test_what_another_applications_trigger_puts_right_is_counted() -> None:
    partner = make_partner()
    break_partner(partner)
    make_lead(partner=partner)
    execute(
        "CREATE FUNCTION in_small_letters() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.ai_risk_level := lower(NEW.ai_risk_level); RETURN NEW; END $$"
    )
    execute(
        "CREATE TRIGGER zz_theirs BEFORE UPDATE ON profiles FOR EACH ROW EXECUTE FUNCTION in_small_letters()",
    )

    execute("UPDATE profiles SET ai_risk_level = 'HIGH'")

    assert (Partner.objects.get().ai_risk_level, open_leads(partner)) == ("high", 1)


def test_a_row_that_broke_nothing_is_not_counted_anew() -> None:
    partner = make_partner(ai_risk_level="low")
    exempt("counters")
    execute("UPDATE profiles SET open_leads = 7")
    bind_again("counters")

    execute("UPDATE profiles SET ai_risk_level = 'high', ai_risk_score = 3")

    assert open_leads(partner) == 7
