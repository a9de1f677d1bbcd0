"""Forms of the policy pages, with the settings laid out in groups of lines."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator
from django.db.models import FloatField
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin.base import CarefulForm
from router.admin import policy_words as words
from router.models import COMPONENT_WEIGHTS, ROUTE_WEIGHTS, RoutingPolicy
from router.policies.queries import POLICY_FIELDS

WEIGHTS = frozenset((*ROUTE_WEIGHTS, *COMPONENT_WEIGHTS))
SLIDERS = WEIGHTS | {"prior", "deal_rate_cap"}
"""Settings with two fixed limits: a range input is synchronised with the number."""

PREVIEW_DAYS = (7, 14, 30, 60, 90)
DEFAULT_DAYS = 30

_LIMIT_ATTRIBUTES: dict[type[BaseValidator], str] = {MinValueValidator: "min", MaxValueValidator: "max"}


class SettingsForm(CarefulForm[RoutingPolicy]):
    """Settings of a policy, with each error at its field."""

    class Meta:
        model = RoutingPolicy
        fields = POLICY_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in POLICY_FIELDS:
            field = self.fields[name]
            field.widget.attrs["aria-describedby"] = f"help-{name} means-{name} errors-{name}"
            if isinstance(field, forms.FloatField):
                field.widget.attrs.update(_limits(name))

    def _post_clean(self) -> None:
        """Leave further validation to `router.policies.queries.proposed_policy`, which knows more than the model."""

    @property
    def settings(self) -> dict[str, Any]:
        """The valid values of the settings."""
        return {name: self.cleaned_data[name] for name in POLICY_FIELDS if name in self.cleaned_data}

    def accuse(self, errors: Mapping[str, list[str]]) -> None:
        """Add the errors of a service to their fields, or to the form if they belong to no field."""
        for name, texts in errors.items():
            self.add_error(name if name in self.fields else None, texts)


class DraftForm(SettingsForm):
    """Settings of a new version, initialised from another, and the reason."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 2, "aria-describedby": "help-reason errors-reason"}),
        help_text=_("Reason for the change; it is stored with the version."),
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput)

    def base_on(self, version: int) -> None:
        """Make the resubmitted form start from the version that is active by now."""
        data = cast("QueryDict", self.data).copy()
        data["based_on"] = str(version)
        self.data = data


class PreviewForm(SettingsForm):
    """Settings to try, and the number of days whose leads are simulated."""

    days = forms.TypedChoiceField(
        label=_("Leads of the last"),
        coerce=int,
        # A function, evaluated when the form is created, in the language of its reader.
        choices=lambda: [(days, gettext("%(days)d days") % {"days": days}) for days in PREVIEW_DAYS],
        initial=DEFAULT_DAYS,
        widget=forms.Select(attrs={"form": "policy-form"}),
    )


class ReasonForm(forms.Form):
    """Reason for an activation, and the version that the reader saw as the active one."""

    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2, "aria-describedby": "errors-reason"})
    )
    replaces = forms.IntegerField(widget=forms.HiddenInput)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One setting on the page.

    `slider` has the attributes of the range input, `means` the interpretation of the value, `active` the active
    version's value as in a field, `was` the same formatted, and `is_changed` says whether the value differs from it.
    """

    name: str
    label: str
    field: forms.BoundField
    help: words.Words
    unit: words.Words
    slider: Mapping[str, str] | None
    means: str
    means_kind: str
    active: str
    was: str
    is_changed: bool

    @property
    def is_switch(self) -> bool:
        """True if the setting is a boolean."""
        return isinstance(self.field.field, forms.BooleanField)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of settings; `total` is the sum of their weights, as text, if they have any."""

    key: str
    title: words.Words
    sentence: words.Words
    lines: list[Line]
    total: str | None


def groups(form: SettingsForm, *, active: RoutingPolicy) -> list[Group]:
    """Return the settings of a form in the page's groups, beside those of the active version."""
    return [
        _group(form, key=key, title=title, sentence=sentence, names=names, active=active)
        for key, title, sentence, names in words.GROUPS
    ]


def _group(
    form: SettingsForm,
    *,
    key: str,
    title: words.Words,
    sentence: words.Words,
    names: tuple[str, ...],
    active: RoutingPolicy,
) -> Group:
    weights = [_number(form[name].value()) for name in names if name in WEIGHTS]
    total = sum(weight for weight in weights if weight is not None)
    return Group(
        key=key,
        title=title,
        sentence=sentence,
        lines=[_line(form, name, total=total, active=getattr(active, name)) for name in names],
        total=words.number(total) if weights else None,
    )


def _line(form: SettingsForm, name: str, *, total: float, active: float | bool) -> Line:
    typed = form[name].value()
    value, means, kind = _number(typed), "", ""
    if name in WEIGHTS:
        means, kind = words.share(value, total), "share"
    elif name in words.FRACTIONS:
        means, kind = words.fraction(value), "fraction"
    is_same = bool(typed) == active if isinstance(active, bool) else value == active
    return Line(
        name=name,
        label=words.label(name),
        field=form[name],
        help=words.HELP[name],
        unit=words.UNITS.get(name, ""),
        slider=_slider(name, value) if name in SLIDERS else None,
        means=means,
        means_kind=kind,
        active=str(active).lower(),
        was=words.was(name, active),
        is_changed=not is_same,
    )


def _slider(name: str, value: float | None) -> dict[str, str]:
    limits = _limits(name)
    shown = float(limits["min"]) if value is None else value
    return {"min": limits["min"], "max": limits["max"], "step": "1", "value": f"{shown:g}"}


def _number(value: object) -> float | None:
    """Return the current content of a number field, or None if it is not a number."""
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _limits(name: str) -> dict[str, str]:
    """Return the attributes of a setting's number input, derived from its validators."""
    validators = cast("FloatField[float, float]", RoutingPolicy._meta.get_field(name)).validators
    limits = [
        (validator, kind) for validator in validators for kind in _LIMIT_ATTRIBUTES if isinstance(validator, kind)
    ]
    return {"step": "any"} | {_LIMIT_ATTRIBUTES[kind]: f"{validator.limit_value:g}" for validator, kind in limits}
