"""Routing policy versions: nothing is edited, every save creates a draft, and activation puts it into effect."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from core.admin.base import MarketplaceAdmin
from router.admin import policy_pages, policy_preview
from router.admin.policy_forms import DraftForm, ReasonForm
from router.models import ROUTE_WEIGHTS, RoutingPolicy
from router.policies import services as policies
from router.policies.queries import active_policy

SOURCE = "from"
"""Query parameter with the version that the form starts from."""


@admin.register(RoutingPolicy)
class RoutingPolicyAdmin(MarketplaceAdmin[RoutingPolicy]):
    """Versions of the policy: which one is active, who created them, when and why.

    Saving a draft requires the add permission; activating or reverting requires the change permission.
    """

    list_display = ("version", "state", "weights", "reason", "created_by", "created_at", "activated_at")
    list_select_related = ("created_by",)
    search_fields = ("reason",)
    id_search_fields = ()
    actions = None

    @admin.display(description=_("state"), ordering="activated_at")
    def state(self, policy: RoutingPolicy) -> SafeString:
        """Return whether the version is active, was active before, or never was."""
        state = policy_pages.state_of(policy)
        return format_html('<span class="badge {}">{}</span>', state.css_class, state.label)

    @admin.display(description=_("region / performance / fairness"))
    def weights(self, policy: RoutingPolicy) -> str:
        """Return the three weights of the route score."""
        return " / ".join(f"{getattr(policy, name):g}" for name in ROUTE_WEIGHTS)

    def has_delete_permission(self, request: HttpRequest, obj: RoutingPolicy | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoutingPolicy]:
        return super().get_queryset(request).select_related("created_by", "activated_by")

    def get_urls(self) -> list[URLPattern]:
        name = "router_routingpolicy"
        view = self.admin_site.admin_view
        return [
            path("preview/", view(require_POST(self.preview_view)), name=f"{name}_preview"),
            path("preview/all/", view(require_POST(self.preview_start_view)), name=f"{name}_preview_start"),
            path(
                "preview/<uuid:preview_id>/",
                view(require_safe(self.preview_progress_view)),
                name=f"{name}_preview_progress",
            ),
            path("<int:version_id>/activate/", view(require_POST(self.activate_view)), name=f"{name}_activate"),
            path("<int:version_id>/revert/", view(require_POST(self.revert_view)), name=f"{name}_revert"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Return the list, with the active version and its start above it."""
        context = policy_pages.list_context() | {"has_change_permission": self.has_change_permission(request)}
        return super().changelist_view(request, {**context, **(extra_context or {})})  # type: ignore[return-value]  # a page

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Return the sliders, filled from the active version or the one in `?from=`; a POST saves a draft."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        active = active_policy()
        if request.method != "POST":
            source = self._source(request) or active
            form = DraftForm(initial=policy_pages.initial(source) | {"based_on": active.version})
            return self._form_page(request, form, active=active, source=source)
        form = DraftForm(request.POST)
        draft = self._save(request, form)
        if draft is None:
            return self._form_page(request, form, active=active_policy(), source=None)
        self.log_addition(request, draft, [{"added": {}}])
        text = gettext("Version %(version)d was saved as a draft. It has no effect until it is activated.")
        self.message_user(request, text % {"version": draft.version}, messages.SUCCESS)
        return HttpResponseRedirect(_page_of(draft))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Return a version compared with the active one, its history, and its activation."""
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied  # no version is edited, whoever asks
        if not object_id.isdecimal():
            raise Http404
        return self._version_page(request, self._version(request, int(object_id)))

    def activate_view(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Activate the version, with a reason."""
        policy = self._changeable(request, version_id)
        form = ReasonForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            try:
                policies.activate(version=policy.version, user=_user(request), **given)
            except policies.PolicyError as error:
                return self._version_page(request, policy, form=form, errors=error.errors)
            return self._activated(request, policy, reason=given["reason"])
        return self._version_page(request, policy, form=form)

    def revert_view(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Revert this active version to the one before it."""
        policy = self._changeable(request, version_id)
        form = ReasonForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            try:
                restored = policies.revert(user=_user(request), **given)
            except policies.PolicyError as error:
                return self._version_page(request, policy, form=form, errors=error.errors)
            return self._activated(request, restored, reason=given["reason"])
        return self._version_page(request, policy, form=form)

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Return the effect of the form's settings on recent leads, for users who may view the policy."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return policy_preview.answer(request)

    def preview_start_view(self, request: HttpRequest) -> HttpResponse:
        """Start a background preview of all leads, for users who may save a draft or activate one."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        return policy_preview.start(request)

    def preview_progress_view(self, request: HttpRequest, preview_id: uuid.UUID) -> HttpResponse:
        """Return the progress of the background preview, or its result."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return policy_preview.progress(request, preview_id)

    def _save(self, request: HttpRequest, form: DraftForm) -> RoutingPolicy | None:
        """Return the saved draft; None, with the errors in the form, if it cannot be saved."""
        if not form.is_valid():
            return None
        try:
            return policies.save_draft(
                values=form.settings,
                reason=form.cleaned_data["reason"],
                user=_user(request),
                based_on=form.cleaned_data["based_on"],
            )
        except policies.PolicyError as error:
            form.accuse(error.errors)
            return None

    def _form_page(
        self, request: HttpRequest, form: DraftForm, *, active: RoutingPolicy, source: RoutingPolicy | None
    ) -> HttpResponse:
        context = policy_pages.form_context(form, active=active, source=source)
        return self._page(request, "form.html", title=gettext("Change the routing policy"), **context)

    def _version_page(
        self,
        request: HttpRequest,
        policy: RoutingPolicy,
        *,
        form: ReasonForm | None = None,
        errors: Mapping[str, list[str]] | None = None,
    ) -> HttpResponse:
        context = policy_pages.version_context(policy, form=form, errors=errors or {})
        title = gettext("Version %(version)d of the routing policy") % {"version": policy.version}
        return self._page(request, "version.html", title=title, original=policy, **context)

    def _page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "has_add_permission": self.has_add_permission(request),
            "has_change_permission": self.has_change_permission(request),
            **context,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, f"admin/router/routingpolicy/{template}", context)

    def _source(self, request: HttpRequest) -> RoutingPolicy | None:
        """Return the version that the URL asks the form to start from."""
        version = request.GET.get(SOURCE, "")
        return RoutingPolicy.objects.filter(version=version).first() if version.isdecimal() else None

    def _version(self, request: HttpRequest, version_id: int) -> RoutingPolicy:
        """Return the version with this id, if the user may view it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        policy = self.get_queryset(request).filter(pk=version_id).first()
        if policy is None:
            raise Http404
        return policy

    def _changeable(self, request: HttpRequest, version_id: int) -> RoutingPolicy:
        """Return the version with this id, if the user may change which one is active."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        return self._version(request, version_id)

    def _activated(self, request: HttpRequest, policy: RoutingPolicy, *, reason: str) -> HttpResponse:
        self.log_change(request, policy, gettext("Activated: %(reason)s") % {"reason": reason})
        text = gettext("Version %(version)d is now active.") % {"version": policy.version}
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(_page_of(policy))


def _page_of(policy: RoutingPolicy) -> str:
    return reverse("admin:router_routingpolicy_change", args=[policy.pk])


def _user(request: HttpRequest) -> Any:
    """Return the signed-in user; the admin admits nobody else."""
    return request.user
