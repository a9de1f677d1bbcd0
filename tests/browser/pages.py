"""Every page that a browser is to visit, in one list.

The admin's own pages follow from what is registered there. A page of another kind is added to `OTHER_PAGES`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Page

from leads.models import Industry, IntakeClient, Lead, Partner
from router.models import LeadAssignmentLog

NOT_THERE = "00000000-0000-4000-8000-000000000000"

FAILING_PATH, LOCKED_OUT_PATH, EXPIRED_PATH = "/fails/", "/locked-out/", "/expired/"
"""Addresses of `tests.browser.urls`: a view that raises an error, the login of who guessed passwords, an old form."""

LOCKED_OUT = {"username": "guest", "ip_address": "192.0.2.1"}
"""Who has guessed too often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the pages are about, by primary key: rows with as much as possible hanging on them."""

    industry: str
    lead: str
    waiting_lead: str
    partner: str
    decision: int
    draft: int
    preview: str


class Reader(Enum):
    """Who looks at a page."""

    SUPERUSER = "superuser"
    PARTNER = "partner"
    """Signed in, but not one of the staff."""
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page: a name for the report and the file of its picture, and where it is.

    `status` is what the server answers with. `then` is what the reader does there to come to what is meant. `ready`
    selects what a script has to have drawn; `is_ours` is false where a package draws all of it, colours and names
    included.
    """

    name: str
    path: Callable[[World], str]
    reader: Reader = Reader.SUPERUSER
    status: int = 200
    then: Callable[[Page, World], None] | None = None
    ready: str = "body"
    is_ours: bool = True


def _url(name: str, *keys: str, query: str = "") -> Callable[[World], str]:
    """The address of this name; `keys` name what of the world are its arguments."""
    return lambda world: reverse(name, args=[getattr(world, key) for key in keys]) + query


def _with_file(*lines: str) -> Callable[[Page, World], None]:
    """Choose a CSV file of these lines, and ask for the preview of its import."""

    def then(page: Page, _: World) -> None:
        content = "\r\n".join(lines).encode()
        page.locator("input[type=file]").set_input_files(
            {"name": "partners.csv", "mimeType": "text/csv", "buffer": content}
        )
        page.locator(".submit-row input[type=submit]").click()

    return then


def _show_preview(page: Page, world: World) -> None:
    """Ask how far the computation of all leads is, as the page does while one runs."""
    page.locator("#preview table").first.wait_for()
    url = reverse("admin:router_routingpolicy_preview_progress", args=[world.preview])
    page.evaluate(
        """(url) => {
            const box = document.createElement("div");
            box.id = "preview-job";
            box.className = "alert alert-info";
            document.querySelector("#preview").prepend(box);
            htmx.ajax("GET", url, box);
        }""",
        url,
    )


def _make_secret(page: Page, _: World) -> None:
    """Have the webhook in the list get another secret, which the next page shows."""
    page.locator("input.action-select").first.check()
    page.locator("select[name=action]").select_option("new_secret")
    page.locator("button[name=index]").click()


def _open_differences(page: Page, _: World) -> None:
    page.locator("#preview table").first.wait_for()
    for summary in page.locator(".policy-version summary").all():
        summary.click()


def _find_person(page: Page, _: World) -> None:
    page.locator("button[value=find]").click()


def _make_token(page: Page, _: World) -> None:
    page.locator("form[action*=make-token] input[type=submit]").click()


OTHER_PAGES = (
    Place(name="login", path=_url("admin:login"), reader=Reader.STRANGER),
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
    Place(name="lead-correct-status", path=_url("admin:leads_lead_correct_status", "lead")),
    Place(
        name="lead-personal-data",
        path=lambda world: reverse("admin:leads_lead_personal_data") + f"?lead={world.lead}",
        then=_find_person,
        ready="button[value=erase]",
    ),
    Place(name="changes-filtered", path=_url("admin:core_auditevent_changelist", query="?table=leads&by=sql")),
    Place(name="partner-search", path=_url("admin:leads_partner_changelist", query="?capacity=full")),
    Place(name="policy-from-active", path=_url("admin:router_routingpolicy_add", query="?from=1")),
    Place(
        name="policy-differences",
        path=_url("admin:router_routingpolicy_change", "draft"),
        then=_open_differences,
        ready=".policy-version details[open] table",
    ),
    Place(
        name="policy-preview-running",
        path=_url("admin:router_routingpolicy_change", "draft"),
        then=_show_preview,
        ready="progress",
    ),
    Place(
        name="partner-import-preview",
        path=_url("admin:leads_partner_import"),
        then=_with_file("company_name,max_open_leads,regions", 'New Roofs,12,"Utrecht, Gelderland"', "New Doors,3,"),
        ready=".chips",
    ),
    Place(
        name="partner-import-mistakes",
        path=_url("admin:leads_partner_import"),
        then=_with_file("company_name,max_open_leads", "New Roofs,many", "New Doors,-3", "New Floors,4"),
        ready=".row-refused",
    ),
    Place(
        name="webhook-secret",
        path=_url("admin:notifications_partnerchannel_changelist"),
        then=_make_secret,
        ready="code",
    ),
    Place(
        name="intake-client-new-token",
        path=lambda _: reverse("admin:leads_intakeclient_change", args=[IntakeClient.objects.latest("pk").pk]),
        then=_make_token,
        ready="#content > p code",
    ),
    Place(name="not-allowed", path=_url("staff:dashboard"), reader=Reader.PARTNER, status=403),
    Place(name="went-wrong", path=lambda _: FAILING_PATH, status=500),
    Place(name="login-locked-out", path=lambda _: LOCKED_OUT_PATH, reader=Reader.STRANGER, status=429),
    Place(name="form-expired", path=lambda _: EXPIRED_PATH, reader=Reader.STRANGER, status=403),
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
