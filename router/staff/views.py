"""Pages for staff: the dashboard, a partner's score, and who got a lead and why."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from leads.services.locks import LeadNotFound
from router.assignment.ranking import PartnerNotFound
from router.decisions.queries import DecisionNotFound, recorded_decision
from router.explanation import explain_lead, explain_partner
from router.policies.queries import active_policy
from router.staff.dashboard import dashboard_page
from router.staff.decision_page import decision_page
from router.staff.lead_page import lead_page
from router.staff.performance_page import performance_page
from router.staff.replay_view import replay

_SEES_DECISIONS = "router.view_leadassignmentlog"

_Arguments = ParamSpec("_Arguments")
_View = Callable[Concatenate[HttpRequest, _Arguments], HttpResponse]


def _for_staff(
    permission: str, *, methods: tuple[str, ...] = ("GET", "HEAD")
) -> Callable[[_View[_Arguments]], _View[_Arguments]]:
    """Admit staff with the permission: anonymous users are sent to the login, others get a 403."""

    def decorate(view: _View[_Arguments]) -> _View[_Arguments]:
        allowed = permission_required(permission, raise_exception=True)(require_http_methods(methods)(view))
        for_staff = staff_member_required(allowed)

        @wraps(view)
        def guarded(request: HttpRequest, /, *args: _Arguments.args, **kwargs: _Arguments.kwargs) -> HttpResponse:
            # Signing in again would not help a partner.
            if request.user.is_authenticated and not request.user.is_staff:
                raise PermissionDenied
            return for_staff(request, *args, **kwargs)

        return guarded

    return decorate


@require_http_methods(("GET", "HEAD"))
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Redirect to the dashboard for users who may see it, to the admin for other staff, to the API for others."""
    if not request.user.is_staff:
        return redirect("api-docs")
    return redirect("staff:dashboard" if request.user.has_perm(_SEES_DECISIONS) else "admin:index")


@_for_staff(_SEES_DECISIONS)
def dashboard(request: HttpRequest) -> HttpResponse:
    """Return the dashboard."""
    page = dashboard_page(now=timezone.now(), can=request.user.has_perm)
    return _page(request, "router/staff/dashboard.html", title=gettext("Dashboard"), page=page)


@_for_staff("performance.view_partnerperformancestats")
def performance(request: HttpRequest, partner_id: uuid.UUID) -> HttpResponse:
    """Return the breakdown of a partner's score; with `?lead=<uuid>` also the partner's scores for that lead."""
    try:
        lead_id = uuid.UUID(request.GET["lead"]) if "lead" in request.GET else None
        explained = explain_partner(partner_id=partner_id, lead_id=lead_id, now=timezone.now())
    except PartnerNotFound:
        return _not_found(request, gettext("There is no partner with this id."))
    except (LeadNotFound, ValueError):
        return _not_found(request, gettext("There is no lead with this id."))
    page = performance_page(explained, policy=active_policy())
    return _page(request, "router/staff/performance.html", title=page.name, page=page)


@_for_staff(_SEES_DECISIONS)
def lead(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """Return who got the lead and why, and all partners' scores for it now; with `?show=all` the whole tables."""
    try:
        explained = explain_lead(lead_id=lead_id, now=timezone.now())
    except LeadNotFound:
        return _not_found(request, gettext("There is no lead with this id."))
    page = lead_page(explained, show_all=request.GET.get("show") == "all")
    return _page(request, "router/staff/lead.html", title=gettext("Lead %(code)s") % {"code": page.code}, page=page)


@_for_staff(_SEES_DECISIONS)
def decision(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Return the explanation of a decision record."""
    return _decision(request, decision_id, again=False)


@_for_staff(_SEES_DECISIONS, methods=("POST",))
def decision_replay(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Return a replay of a decision: for htmx only the result, else the whole page. Changes nothing."""
    return _decision(request, decision_id, again=True)


def _decision(request: HttpRequest, decision_id: int, *, again: bool) -> HttpResponse:
    try:
        recorded = recorded_decision(decision_id)
    except DecisionNotFound:
        return _not_found(request, gettext("There is no decision with this number."))
    page, result = decision_page(recorded), replay(recorded) if again else None
    if again and request.headers.get("HX-Request"):
        return render(request, "router/staff/replay.html", {"page": page, "replay": result})
    title = gettext("Decision %(number)d on lead %(code)s") % {"number": page.card.decision_id, "code": page.lead_code}
    return _page(request, "router/staff/decision_page.html", title=title, page=page, replay=result)


def _not_found(request: HttpRequest, text: str) -> HttpResponse:
    return _page(request, "router/staff/not_found.html", status=404, title=gettext("Not found"), text=text)


def _page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Return a page within the admin's frame."""
    return render(request, template, {**admin.site.each_context(request), **context}, status=status)
