"""Responses to the page with the sliders: a preview computed at once or in the background."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from router.admin.policy_figures import preview_page
from router.admin.policy_forms import PreviewForm
from router.models import PolicyPreview
from router.policies.queries import POLICY_FIELDS, PolicyError
from router.preview import PolicyComparison, preview_policy, read_preview, start_preview

_TEMPLATES = "admin/router/routingpolicy"

Sentences = Mapping[str, list[str]]


def answer(request: HttpRequest) -> HttpResponse:
    """Return the figures for the settings in the form, or the errors at their fields."""
    form = PreviewForm(request.POST)
    if form.is_valid():
        try:
            comparison = preview_policy(values=form.settings, days=form.cleaned_data["days"])
        except PolicyError as error:
            form.accuse(error.errors)
        else:
            return _figures(request, comparison)
    return _refused(request, form)


def start(request: HttpRequest) -> HttpResponse:
    """Start a preview of all leads; the response shows its progress, and polls."""
    form = PreviewForm(request.POST)
    if form.is_valid():
        try:
            job = start_preview(values=form.settings, days=form.cleaned_data["days"], user=request.user)
        except PolicyError as error:
            form.accuse(error.errors)
        else:
            return render(request, f"{_TEMPLATES}/preview_progress.html", {"job": job})
    return _refused(request, form)


def progress(request: HttpRequest, preview_id: uuid.UUID) -> HttpResponse:
    """Return the progress of the background preview; once it is done, its result in place of the quick one."""
    try:
        job = read_preview(preview_id)
    except PolicyPreview.DoesNotExist as error:
        raise Http404 from error
    if job.result is None:
        return render(request, f"{_TEMPLATES}/preview_progress.html", {"job": job})
    response = _figures(request, PolicyComparison.from_record(job.result))
    response["HX-Retarget"] = "#preview"
    return response


def _figures(request: HttpRequest, comparison: PolicyComparison) -> HttpResponse:
    may = request.user.has_perm
    context: dict[str, Any] = {
        "comparison": comparison,
        "page": preview_page(comparison, has_partner_pages=may("performance.view_partnerperformancestats")),
        "field_errors": _by_field(request, {}),
        "can_compute_all": may("router.add_routingpolicy") or may("router.change_routingpolicy"),
    }
    return render(request, f"{_TEMPLATES}/preview.html", context)


def _refused(request: HttpRequest, form: PreviewForm) -> HttpResponse:
    """Show the errors at the fields, and leave the figures unchanged."""
    errors = {name: [str(text) for text in texts] for name, texts in form.errors.items()}
    context = {
        "note": gettext("Correct the marked fields. The figures below do not reflect your latest settings."),
        "field_errors": _by_field(request, errors),
    }
    response = render(request, f"{_TEMPLATES}/preview_oob.html", context)
    response["HX-Reswap"] = "none"
    return response


def _by_field(request: HttpRequest, errors: Sentences) -> Sentences:
    """Return the messages for every place of the page that can show some; empty if the page has no fields."""
    if "based_on" not in request.POST:
        return {}
    return {name: errors.get(name, []) for name in POLICY_FIELDS} | {"all": errors.get("__all__", [])}
