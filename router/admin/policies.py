"""The routing policy in versions: nothing is edited, every save makes a new version."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator
from django.db.models import FloatField, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leads.admin.base import CarefulForm, MarketplaceAdmin
from router.models import COMPONENT_WEIGHTS, ROUTE_WEIGHTS, RoutingPolicy
from router.queries.policies import active_policy
from router.services import policies

SOURCE = "from"
"""Name of the query parameter that says from which version the form starts."""

_LIMIT_ATTRIBUTES: dict[type[BaseValidator], str] = {MinValueValidator: "min", MaxValueValidator: "max"}


class PolicyForm(CarefulForm[RoutingPolicy]):
    """The settings of a new version, filled with those of another, and the reason."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = RoutingPolicy
        fields = (*policies.POLICY_FIELDS, "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "reason" not in self.fields:
            return  # a reader without the right to save
        self.fields["reason"].required = True
        self.fields["reason"].help_text = _("Why the policy changes; it stays with the version.")
        for name, field in self.fields.items():
            if isinstance(field, forms.FloatField):
                field.widget.attrs.update(_limits(name))

    def clean_based_on(self) -> int:
        """Refuse to save over a version that the reader has not seen."""
        based_on: int = self.cleaned_data["based_on"]
        active = active_policy().version
        if active != based_on:
            raise forms.ValidationError(
                _("Version %(active)d became active while you were editing. Open the page again to start from it."),
                params={"active": active},
            )
        return based_on


def _limits(name: str) -> dict[str, str]:
    """The attributes of a setting's number input that follow from its validators."""
    validators = cast("FloatField[float, float]", RoutingPolicy._meta.get_field(name)).validators
    limits = [
        (validator, kind) for validator in validators for kind in _LIMIT_ATTRIBUTES if isinstance(validator, kind)
    ]
    return {"step": "any"} | {_LIMIT_ATTRIBUTES[kind]: f"{validator.limit_value:g}" for validator, kind in limits}


@admin.register(RoutingPolicy)
class RoutingPolicyAdmin(MarketplaceAdmin[RoutingPolicy]):
    """Versions of the policy: which one is active, who made them, when and why."""

    form = PolicyForm
    add_form_template = "router/admin/policy_form.html"
    list_display = ("version", "is_active", "weights", "reason", "created_by", "created_at", "activated_at")
    list_select_related = ("created_by",)
    search_fields = ("reason",)
    id_search_fields = ()
    actions = ("make_active",)
    fieldsets = (
        (_("Who gets a lead"), {"fields": (ROUTE_WEIGHTS, "priority_points", "require_regional_match")}),
        (_("What counts as performance"), {"fields": (COMPONENT_WEIGHTS[:4], COMPONENT_WEIGHTS[4:])}),
        (
            _("Evidence and curves"),
            {
                "fields": (
                    ("prior", "prior_strength"),
                    ("deal_rate_full", "deal_rate_cap"),
                    ("complaint_rate_zero", "deal_value_full"),
                    "ai_high_score_is_risk",
                )
            },
        ),
        (_("Reason"), {"fields": ("reason", "based_on")}),
    )

    @admin.display(description=_("region / performance / fairness"))
    def weights(self, policy: RoutingPolicy) -> str:
        """The three weights of the route score."""
        return " / ".join(f"{getattr(policy, name):g}" for name in ROUTE_WEIGHTS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A new version becomes active at once, so it takes both permissions."""
        return super().has_add_permission(request) and super().has_change_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: RoutingPolicy | None = None) -> bool:
        """No version can be edited; which one is active can be changed."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: RoutingPolicy | None = None) -> bool:
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """To edit a version means to start a new one from it."""
        if self.has_add_permission(request):
            policy = self.get_object(request, object_id)
            if policy is not None:
                add = reverse("admin:router_routingpolicy_add")
                return HttpResponseRedirect(f"{add}?{SOURCE}={policy.version}")
        return super().change_view(request, object_id, form_url, extra_context)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show where the form starts from; an error of the service that the form did not foresee becomes a message."""
        active, source = active_policy(), self._source(request)
        subtitle = gettext("Starts from version %(source)d. Version %(active)d is active now.") % {
            "source": source.version,
            "active": active.version,
        }
        context = {"title": gettext("Change the routing policy"), "subtitle": subtitle, **(extra_context or {})}
        try:
            return super().add_view(request, form_url, context)
        except policies.PolicyError as error:
            self._report(request, error.errors)
            return HttpResponseRedirect(request.get_full_path())

    def get_fieldsets(self, request: HttpRequest, obj: RoutingPolicy | None = None) -> Any:
        """Who only reads a version sees its history in place of the form's own fields."""
        if obj is None:
            return self.fieldsets
        history = ("reason", "created_by", "created_at", "activated_by", "activated_at", "is_active")
        return (*self.fieldsets[:3], (_("History"), {"fields": history}))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        source = self._source(request)
        values = {name: _without_needless_zero(getattr(source, name)) for name in policies.POLICY_FIELDS}
        return {**values, "based_on": active_policy().version}

    def save_model(self, request: HttpRequest, obj: RoutingPolicy, form: Any, change: Any) -> None:
        """Have the service save the new version; `obj` becomes that version."""
        values = {name: form.cleaned_data[name] for name in policies.POLICY_FIELDS}
        saved = policies.save_version(values=values, reason=form.cleaned_data["reason"], user=_user(request))
        obj.pk = saved.pk
        obj.refresh_from_db()

    def response_add(
        self, request: HttpRequest, obj: RoutingPolicy, post_url_continue: str | None = None
    ) -> HttpResponse:
        text = gettext("Version %(version)d is saved and decides from now on.") % {"version": obj.version}
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:router_routingpolicy_changelist"))

    @admin.action(description=_("Make this version active"), permissions=["change"])
    def make_active(self, request: HttpRequest, queryset: QuerySet[RoutingPolicy]) -> None:
        """Make an older version decide again."""
        chosen = list(queryset[:2])
        if len(chosen) != 1:
            self.message_user(request, gettext("Choose one version."), messages.ERROR)
            return
        try:
            policy = policies.activate(
                version=chosen[0].version, reason=gettext("Made active in the list."), user=_user(request)
            )
        except policies.PolicyError as error:
            self._report(request, error.errors)
            return
        self.log_change(request, policy, "Made active.")
        text = gettext("Version %(version)d decides from now on.") % {"version": policy.version}
        self.message_user(request, text, messages.SUCCESS)

    def _source(self, request: HttpRequest) -> RoutingPolicy:
        """The version from which the form starts: the one asked for, else the active one."""
        version = request.GET.get(SOURCE, "")
        asked = RoutingPolicy.objects.filter(version=version).first() if version.isdecimal() else None
        return asked or active_policy()

    def _report(self, request: HttpRequest, errors: Mapping[str, list[str]]) -> None:
        for name, texts in errors.items():
            label = "" if name == "__all__" else f"{name}: "
            self.message_user(request, f"{label}{' '.join(texts)}", messages.ERROR)


def _without_needless_zero(value: Any) -> Any:
    """A number as people write it: 30 for 30.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _user(request: HttpRequest) -> Any:
    """The signed-in user; the admin lets nobody else in."""
    return request.user
