"""The groups that come with the product, and what a viewer cannot do."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from config.roles import ROLES, make_missing_groups
from router.models import PolicyActivation, PolicyPreview, RoutingPolicy
from router.services.policies import POLICY_FIELDS, save_draft

pytestmark = pytest.mark.django_db


def user_of(role: str) -> User:
    user = User.objects.create_user(username=role, password="x", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def names(group: Group) -> set[str]:
    rows = group.permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


@pytest.fixture
def client() -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(user_of("viewer"))
    return client


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


def test_a_viewer_changes_no_weight_by_any_request(client: Client) -> None:
    active = RoutingPolicy.objects.get(is_active=True)
    values = {name: getattr(active, name) for name in POLICY_FIELDS}
    draft = save_draft(values={"region_weight": 77}, reason="a draft", user=None, based_on=active.version)
    before = list(RoutingPolicy.objects.order_by("id").values())
    form = {**values, "region_weight": 99, "reason": "mine", "based_on": active.version, "replaces": active.version}
    list_url = reverse("admin:router_routingpolicy_changelist")
    urls = [list_url, reverse("admin:router_routingpolicy_add"), "/api/admin/ai-router/policy"]
    for policy in (active, draft):
        page = reverse("admin:router_routingpolicy_change", args=[policy.pk])
        urls += [
            page,
            page.replace("/change/", "/delete/"),
            page.replace("/change/", "/"),
            page.replace("change", "activate"),
        ]
        urls += [page.replace("change", "revert"), page.replace("change", "history")]

    statuses = {}
    for url in urls:
        for method in ("post", "put", "patch", "delete"):
            response = getattr(client, method)(url, data=form)
            statuses[method, url] = response.status_code
    response = client.post(list_url, {"action": "make_active", "_selected_action": [draft.pk]})
    statuses["action", list_url] = response.status_code

    assert list(RoutingPolicy.objects.order_by("id").values()) == before
    assert not PolicyActivation.objects.filter(reason="mine").exists()
    assert not PolicyPreview.objects.exists()
    assert all(status < 500 for status in statuses.values()), statuses


def test_a_tuner_may_draft_and_activate_and_nothing_else() -> None:
    tuner = user_of("tuner")

    changing = {name for name in tuner.get_all_permissions() if ".view_" not in name}

    assert changing == {"router.add_routingpolicy", "router.change_routingpolicy", "router.add_policypreview"}
