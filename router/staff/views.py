"""Pages for staff: why a partner scores what it scores, and who gets a lead and why."""

import uuid
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from router.queries.debug import LeadNotFound, PartnerNotFound, performance_debug, ranking
from router.queries.policies import active_policy
from router.staff.lead_page import lead_page
from router.staff.performance_page import performance_page

_Arguments = ParamSpec("_Arguments")
_View = Callable[Concatenate[HttpRequest, _Arguments], HttpResponse]


def _for_staff(permission: str) -> Callable[[_View[_Arguments]], _View[_Arguments]]:
    """Let in staff with the permission: who is not signed in as staff is sent to the login, the others get a 403."""

    def decorate(view: _View[_Arguments]) -> _View[_Arguments]:
        allowed = permission_required(permission, raise_exception=True)(require_safe(view))
        return staff_member_required(allowed)

    return decorate


@_for_staff("performance.view_partnerperformancestats")
def performance(request: HttpRequest, partner_id: uuid.UUID) -> HttpResponse:
    """A partner's score taken apart; with `?lead=<uuid>` also how the partner stands for that lead."""
    try:
        lead_id = uuid.UUID(request.GET["lead"]) if "lead" in request.GET else None
        debug = performance_debug(partner_id=partner_id, lead_id=lead_id, now=timezone.now())
    except PartnerNotFound:
        return _not_found(request, gettext("There is no partner with this id."))
    except (LeadNotFound, ValueError):
        return _not_found(request, gettext("There is no lead with this id."))
    page = performance_page(debug, policy=active_policy())
    return _page(request, "router/staff/performance.html", title=page.name, page=page)


@_for_staff("router.view_leadassignmentlog")
def lead(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """Who got the lead and why, and how all partners stand for it now; with `?show=all` the whole tables."""
    try:
        answer = ranking(lead_id=lead_id, now=timezone.now())
    except LeadNotFound:
        return _not_found(request, gettext("There is no lead with this id."))
    page = lead_page(answer, show_all=request.GET.get("show") == "all")
    return _page(request, "router/staff/lead.html", title=gettext("Lead %(code)s") % {"code": page.code}, page=page)


def _not_found(request: HttpRequest, text: str) -> HttpResponse:
    return _page(request, "router/staff/not_found.html", status=404, title=gettext("Not found"), text=text)


def _page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page within the admin's frame."""
    return render(request, template, {**admin.site.each_context(request), **context}, status=status)
