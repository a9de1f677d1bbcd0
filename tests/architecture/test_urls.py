"""Every address resolves, and every view of the API says who may call it; `tests/integration/access` asks at all."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from core.api.permissions import RoleAPIView
from leads.vocabulary import LeadAction

pytestmark = pytest.mark.django_db

SOME_ID = str(UUID(int=1))


def patterns(
    resolver: URLResolver | None = None, prefix: str = "", namespace: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    """Every (name, route, pattern) of the product; the route as a regular expression or with Django's place holders."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from patterns(entry, route, inner)
        else:
            yield f"{namespace}{entry.name or route}", route, entry


def address_of(route: str) -> str:
    """An address that the route matches."""
    address = re.sub(r"<uuid:[^>]+>", SOME_ID, route)
    address = re.sub(r"<[^>]+>", "1", address)
    address = re.sub(r"\(\?P<[^>]+>(?:[^()]|\([^()]*\))*\)", "some", address)
    return "/" + address.replace("^", "").replace("$", "").replace("/?", "/").replace("\\Z", "")


ALL = list(patterns())


def test_the_walk_finds_addresses_that_match() -> None:
    assert len(ALL) > 40
    for name, route, _ in ALL:
        assert get_resolver().resolve(address_of(route)).func is not None, (name, route)


def api_views() -> list[tuple[str, type[APIView]]]:
    """Every view of Django REST framework, by the name of its pattern."""
    return [(name, view) for name, _, entry in ALL if (view := getattr(entry.callback, "cls", None)) is not None]


@pytest.mark.parametrize(("name", "view"), [pair for pair in api_views() if issubclass(pair[1], RoleAPIView)])
def test_every_method_of_the_api_says_who_may_call_it(name: str, view: type[RoleAPIView]) -> None:
    methods = {method.upper() for method in view.http_method_names if hasattr(view, method) and method != "head"}

    assert methods == set(view.staff_permissions)
    assert view.partner_methods <= methods


def test_the_permission_that_staff_need_for_each_method_is_written_down() -> None:
    found = {
        f"{method} {name}": permission
        for name, view in api_views()
        if issubclass(view, RoleAPIView)
        for method, permission in view.staff_permissions.items()
    }

    assert found == {
        "GET api-leads": "leads.view_lead",
        "POST api-leads": "leads.add_lead",
        "GET api-lead": "leads.view_lead",
        **{f"POST api-lead-{action}": "leads.change_lead" for action in LeadAction},
        "GET api-lead-activities": "leads.view_leadactivity",
        "POST api-lead-activities": "leads.add_leadactivity",
        "POST api-lead-feedback": "feedback.add_leadfeedback",
        "POST api-lead-tickets": "support.add_supportticket",
        "POST api-lead-assign": "router.add_leadassignmentlog",
        "GET api-performance-debug": "performance.view_partnerperformancestats",
        "GET api-ranking": "router.view_leadassignmentlog",
        "GET api-policy": "router.view_routingpolicy",
        "POST api-policy-preview": "router.view_routingpolicy",
    }


def test_views_without_roles_are_written_down() -> None:
    others = {name for name, view in api_views() if not issubclass(view, RoleAPIView)}

    assert others == {"api-schema", "api-docs", "api-login", "api-logout", "api-logout-all"}
