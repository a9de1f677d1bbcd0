"""Contents of the routing policy pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from router.admin import policy_words as words
from router.admin.policy_forms import DraftForm, PreviewForm, ReasonForm, groups
from router.models import RoutingPolicy
from router.policies.queries import (
    POLICY_FIELDS,
    Difference,
    PolicyError,
    activations,
    active_policy,
    differences,
    previous_policy,
    proposed_policy,
)

HISTORY_ROWS = 20
"""Number of activations on the page of a version, newest first."""


_TEXTS = {"share_text": words.SHARE_TEXT, "fraction_text": words.FRACTION_TEXT}
"""Texts that the script on the page fills in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """State of a version: `key` is "active", "draft" or "earlier"."""

    key: str
    label: words.Words
    css_class: str


ACTIVE = State(key="active", label=_("active"), css_class="badge-good")
DRAFT = State(key="draft", label=_("draft"), css_class="badge-warn")
EARLIER = State(key="earlier", label=_("earlier"), css_class="")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedSetting:
    """A setting with two formatted values."""

    label: str
    old: str
    new: str
    is_changed: bool


def state_of(policy: RoutingPolicy) -> State:
    """Return whether a version is active, never was, or was before."""
    if policy.is_active:
        return ACTIVE
    return DRAFT if policy.activated_at is None else EARLIER


def initial(policy: RoutingPolicy) -> dict[str, Any]:
    """Return the initial values of the form from a version: 30 for 30.0, as people write it."""
    values = ((name, getattr(policy, name)) for name in POLICY_FIELDS)
    return {name: int(value) if isinstance(value, float) and value.is_integer() else value for name, value in values}


def list_context() -> dict[str, Any]:
    """Return the context above the list of versions."""
    return {"active": active_policy(), "previous": previous_policy(), "title": gettext("Routing policy")}


def form_context(form: DraftForm, *, active: RoutingPolicy, source: RoutingPolicy | None) -> dict[str, Any]:
    """Return the page with the sliders; `source` is None if the form comes back with errors."""
    conflict = form.errors.get("based_on")
    if conflict:
        form.base_on(active.version)
    return {
        "form": form,
        "groups": groups(form, active=active),
        "active": active,
        "source": source,
        "conflict": conflict,
        "conflict_rows": _typed_against(active, form) if conflict else [],
        "preview_form": PreviewForm(),
        **_TEXTS,
    }


def _typed_against(active: RoutingPolicy, form: DraftForm) -> list[ChangedSetting]:
    """Return how the typed values differ from the version that became active meanwhile."""
    try:
        typed = proposed_policy(form.settings)
    except PolicyError:
        return []
    return _in_words(differences(active, typed))


def version_context(
    policy: RoutingPolicy, *, form: ReasonForm | None, errors: Mapping[str, list[str]]
) -> dict[str, Any]:
    """Return a version's page: its settings against those of the active one or, for that, of the previous one."""
    active, previous = active_policy(), previous_policy()
    other = previous if policy.is_active else active
    rows = list(activations()[: HISTORY_ROWS + 1])
    return {
        "policy": policy,
        "state": state_of(policy),
        "active": active,
        "previous": previous,
        "compared_with": other,
        "changed": _in_words(differences(other, policy)) if other else [],
        "settings": _all_in_words(other or policy, policy),
        "form": form or ReasonForm(),
        "errors": errors,
        "history": rows[:HISTORY_ROWS],
        "history_is_cut": len(rows) > HISTORY_ROWS,
        "preview_form": PreviewForm(),
        # As text, because a number field does not accept a localised decimal comma. An unticked box sends nothing.
        "preview_values": [(name, str(value)) for name, value in initial(policy).items() if value is not False],
    }


def _in_words(pairs: Iterable[Difference], *, changed: frozenset[str] | None = None) -> list[ChangedSetting]:
    return [
        ChangedSetting(
            label=words.label(pair.field),
            old=words.shown(pair.field, pair.old),
            new=words.shown(pair.field, pair.new),
            is_changed=changed is None or pair.field in changed,
        )
        for pair in pairs
    ]


def _all_in_words(old: RoutingPolicy, new: RoutingPolicy) -> list[ChangedSetting]:
    changed = frozenset(pair.field for pair in differences(old, new))
    pairs = (Difference(name, getattr(old, name), getattr(new, name)) for name in POLICY_FIELDS)
    return _in_words(pairs, changed=changed)
