"""Every page that a browser is to visit, in one list.

The admin's own pages follow from what is registered there. A page of another kind is added to `OTHER_PAGES`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse

from leads.models import Industry, Lead, Partner
from router.models import LeadAssignmentLog

NOT_THERE = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the pages are about, by primary key: rows with as much as possible hanging on them.

    Nothing hangs on the industry: the page before its deletion would list thousands of rows.
    """

    industry: str
    lead: str
    waiting_lead: str
    partner: str
    decision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page: a name for the report and the file of its picture, and where it is.

    `signed_in` is false for pages that a stranger sees; `status` is what the server answers with. `ready` selects what
    a script has to have drawn; `is_ours` is false where a package draws all of it, colours and names included.
    """

    name: str
    path: Callable[[World], str]
    signed_in: bool = True
    status: int = 200
    ready: str = "body"
    is_ours: bool = True


def _url(name: str, *keys: str, query: str = "") -> Callable[[World], str]:
    """The address of this name; `keys` name what of the world are its arguments."""
    return lambda world: reverse(name, args=[getattr(world, key) for key in keys]) + query


OTHER_PAGES = (
    Place(name="login", path=_url("admin:login"), signed_in=False),
    Place(name="index", path=_url("admin:index")),
    Place(name="password", path=_url("admin:password_change")),
    Place(name="dashboard", path=_url("staff:dashboard")),
    Place(name="staff-decision", path=_url("staff:decision", "decision")),
    Place(name="staff-lead", path=_url("staff:lead", "lead")),
    Place(name="staff-lead-waiting", path=_url("staff:lead", "waiting_lead", query="?show=all")),
    Place(name="staff-lead-missing", path=lambda _: reverse("staff:lead", args=[NOT_THERE]), status=404),
    Place(name="staff-performance", path=_url("staff:performance", "partner")),
    Place(
        name="staff-performance-for-lead",
        path=lambda world: reverse("staff:performance", args=[world.partner]) + f"?lead={world.waiting_lead}",
    ),
    Place(name="lead-search", path=_url("admin:leads_lead_changelist", query="?q=3511&assigned=waiting")),
    Place(name="partner-search", path=_url("admin:leads_partner_changelist", query="?capacity=full")),
    Place(name="policy-from-active", path=_url("admin:router_routingpolicy_add", query="?from=1")),
    Place(name="api-docs", path=_url("api-docs"), ready=".opblock", is_ours=False),
    Place(name="not-found", path=lambda _: "/admin/nothing/here/", status=404),
)


def places() -> list[Place]:
    """All pages, each once."""
    found = [*OTHER_PAGES, *_admin_places()]
    names = [place.name for place in found]
    if len(names) != len(set(names)):
        raise ValueError(f"Two pages have one name: {sorted(names)}")
    return found


def _admin_places() -> Iterator[Place]:
    """List, forms, history, deletion, import and export of every model in the admin, where it has them."""
    everybody = RequestFactory().get("/")
    everybody.user = User(is_superuser=True, is_staff=True, is_active=True)
    for model, options in sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label):
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        yield Place(name=f"{label}-list", path=_url(f"admin:{label}_changelist"))
        if options.has_add_permission(everybody):
            yield Place(name=f"{label}-add", path=_url(f"admin:{label}_add"))
        yield Place(name=f"{label}-change", path=_row(model, "change"))
        yield Place(name=f"{label}-history", path=_row(model, "history"))
        if options.has_delete_permission(everybody):
            yield Place(name=f"{label}-delete", path=_row(model, "delete"))
        for page in ("import", "export"):
            if _is_known(f"admin:{label}_{page}"):
                yield Place(name=f"{label}-{page}", path=_url(f"admin:{label}_{page}"))


def _is_known(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True


def _row(model: type[Model], page: str) -> Callable[[World], str]:
    """A page about one row of the model: the world's own, else the newest."""
    keys: dict[type[Model], Callable[[World], Any]] = {
        Industry: lambda world: world.industry,
        Partner: lambda world: world.partner,
        Lead: lambda world: world.lead,
        LeadAssignmentLog: lambda world: world.decision,
    }

    def newest(world: World) -> Any:
        return model._default_manager.order_by("-pk").values_list("pk", flat=True)[0]

    def path(world: World) -> str:
        key = keys.get(model, newest)(world)
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=[key])

    return path
