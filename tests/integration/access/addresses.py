"""Every address of the product, with rows to ask for: what the table of `docs/access.md` is held against.

What is added to the product turns up here by itself, and has to be put into the table. A place holder in an address
that is not known yet goes into `_values`, what a page has to be sent into `_SENT`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.admin import helpers
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from leads.models import Lead
from router.models import LeadAssignmentLog, PolicyPreview, RoutingPolicy
from tests.architecture.test_urls import patterns

OLD_ADDRESSES = "admin: the address of a row without /change/"
_LOOKS_ONLY = ("_changelist", "_history", "admin:index", "admin:app_list", "admin:autocomplete", OLD_ADDRESSES)
_SENT: Mapping[str, dict[str, Any]] = {
    "_delete": {"post": "yes"},
    "api-lead-activities": {"type": "note"},
    "api-lead-feedback": {"rating": 5},
    "api-lead-tickets": {"type": "question", "subject": "When?"},
}


class Address(NamedTuple):
    """Where to ask, and what a POST sends; `name` stands in the table, with the action of a list."""

    name: str
    path: str
    sent: dict[str, Any]

    @property
    def is_action(self) -> bool:
        """Whether it is an action of one of the admin's lists."""
        return "action" in self.sent

    @property
    def looks_only(self) -> bool:
        """Whether a POST is answered like a GET: the pages of Django's admin do not look at the method."""
        return not self.is_action and self.name.endswith(_LOOKS_ONLY)


def addresses(lead: Lead) -> Iterator[Address]:
    """Every address, and every action of the admin's lists, once; about this lead, its partner and its client."""
    models = {f"{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry}
    seen = set()
    for name, route, _ in patterns():
        if name in seen:
            continue
        seen.add(name)
        model = next((model for key, model in models.items() if f"{key}_" in name.replace("/", "_")), Lead)
        path = _path(route, _values(lead) | {"object_id": _first(model), "id": _first(model)})
        if name == "admin:autocomplete":
            path += "?app_label=leads&model_name=lead&field_name=partner"
        sent = next((sent for end, sent in _SENT.items() if name.endswith(end)), {})
        yield Address(OLD_ADDRESSES if name.endswith("/<path:object_id>/") else name, path, sent)
        if name.endswith("_changelist"):
            for action in _actions(model):
                chosen = {"action": action, helpers.ACTION_CHECKBOX_NAME: [str(_first(model))]}
                yield Address(f"{name} {action}", path, chosen)


def _values(lead: Lead) -> dict[str, Any]:
    """What stands for each place holder."""
    return {
        "lead_id": lead.pk,
        "partner_id": lead.partner_id,
        "client_id": lead.intake_client_id,
        "decision_id": LeadAssignmentLog.objects.latest("pk").pk,
        "version_id": RoutingPolicy.objects.latest("pk").pk,
        "preview_id": PolicyPreview.objects.latest("requested_at").pk,
        "content_type_id": ContentType.objects.get_for_model(Lead).pk,
        "app_label": "leads",
        "url": "nothing",
        "rest": "nothing",
    }


def _path(route: str, values: Mapping[str, Any]) -> str:
    """An address of this route."""
    path = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", lambda match: str(values[match[1]]), route)
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(values[match[1]]), path)
    return "/" + path.replace("^", "").replace("$", "").replace("/?", "/").replace("\\Z", "")


def _first(model: type[Model]) -> Any:
    row = model._default_manager.order_by("pk").first()
    assert row is not None, f"The world of this test has no {model._meta.verbose_name}."
    return row.pk


def _actions(model: type[Model]) -> list[str]:
    """The names of all actions of the model's list, whoever may do them."""
    return sorted(name for _, name, _ in admin.site._registry[model]._get_base_actions())  # type: ignore[attr-defined]  # the stubs lack it
