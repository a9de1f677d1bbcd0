"""The groups that come with the product."""

import pytest
from django.contrib.auth.models import Group, Permission, User

from config.roles import ROLES, make_missing_groups

pytestmark = pytest.mark.django_db


def user_of(role: str) -> User:
    user = User.objects.create_user(username=role, password="x", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def names(group: Group) -> set[str]:
    rows = group.permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


def test_migrations_leave_the_groups_with_their_permissions() -> None:
    assert {group.name: names(group) for group in Group.objects.all()} == {
        role: set(permissions) for role, permissions in ROLES.items()
    }


def test_a_group_that_an_admin_changed_stays_as_it_is() -> None:
    group = Group.objects.get(name="viewer")
    group.permissions.remove(Permission.objects.get(codename="view_lead"))
    Group.objects.get(name="tuner").delete()

    make_missing_groups()

    assert "leads.view_lead" not in names(group)
    assert names(Group.objects.get(name="tuner")) == set(ROLES["tuner"])


def test_a_tuner_may_draft_and_activate_and_nothing_else() -> None:
    tuner = user_of("tuner")

    changing = {name for name in tuner.get_all_permissions() if ".view_" not in name}

    assert changing == {"router.add_routingpolicy", "router.change_routingpolicy", "router.add_policypreview"}
