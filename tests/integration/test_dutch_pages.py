"""A reader who asks for Dutch gets it: on every page, with Dutch numbers and dates, and after every button."""

import re
from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, User
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from knox.models import AuthToken

from leads.models import Partner
from performance.models import PartnerPerformanceDay
from performance.services.refresh import refresh_statistics
from router.policies.services import activate, save_draft
from tests.browser.pages import NOT_THERE, Reader, World, places
from tests.factories.marketplace import make_industry, make_lead, make_partner, make_staff
from tests.integration.admin.test_forms import opened
from tests.integration.admin.worlds import fill
from tests.integration.staff.decisions import decide, quick_and_slow
from tests.integration.test_translations import APPS, catalog, translations

pytestmark = [pytest.mark.django_db, pytest.mark.unmeasured]

DUTCH = {"Accept-Language": "nl-NL,nl;q=0.9,en;q=0.5"}


@pytest.fixture
def reader() -> User:
    return User.objects.create_superuser("piet")


@pytest.fixture
def client(reader: User) -> Client:
    client = Client(headers=DUTCH)
    client.force_login(reader)
    return client


def dutch(response: HttpResponseBase) -> str:
    """The text between the tags, without what is code, of a page that has to be in Dutch."""
    assert isinstance(response, HttpResponse)
    html = response.content.decode()
    assert '<html lang="nl"' in html
    return "\n".join(segments(html))


def segments(html: str) -> list[str]:
    """What stands between two tags, and what a screen reader says, each with its white space folded."""
    shown = re.sub(r"<(script|style|code|textarea)\b.*?</\1>", "", html, flags=re.DOTALL)
    said = re.findall(r'\b(?:title|aria-label|placeholder|alt|aria-valuetext)="([^"]*)"', shown)
    return [text for part in (*re.split(r"<[^>]+>", shown), *said) if (text := " ".join(unescape(part).split()))]


def english_texts() -> set[str]:
    """Every text of ours that has other words in Dutch, as written and as a label (with a capital, with a colon)."""
    texts = {
        original
        for app in APPS
        for entry in catalog(app)
        for original in (entry.msgid, entry.msgid_plural)
        if original and original not in translations(entry)
    }
    return {form for text in texts for form in (text, f"{text[0].upper()}{text[1:]}")} | {f"{text}:" for text in texts}


def full_world(reader: User) -> World:
    """At least a row of everything that has a page, and decisions with something to tell."""
    fill(2)
    quick, _ = quick_and_slow()
    now = timezone.now()
    for ago in range(1, 20):
        PartnerPerformanceDay.objects.create(partner=quick, day=(now - timedelta(days=ago)).date(), as_of=now)
    make_partner(is_active_for_routing=False)
    decision = decide(make_lead())
    waiting = make_lead(province="Drenthe", postcode="9999 ZZ")
    draft = save_draft(values={"fairness_weight": 40}, reason="reden", user=reader, based_on=1)
    activate(version=draft.version, reason="reden", user=reader)
    AuthToken.objects.create(user=reader)
    AccessAttempt.objects.create(username="kim", ip_address="192.0.2.1", failures_since_start=1)
    Group.objects.get_or_create(name="kijkers")
    return World(
        lead=str(decision.lead_id),
        waiting_lead=str(waiting.pk),
        partner=str(quick.pk),
        industry=str(make_industry(name="Daken").pk),
        decision=int(decision.pk),
        draft=draft.pk,
        preview=NOT_THERE,
    )


def test_no_page_has_a_word_of_ours_in_english(client: Client, reader: User) -> None:
    world, english = full_world(reader), english_texts()
    partner = Client(headers=DUTCH)
    partner.force_login(User.objects.create_user("partner"))
    visitors = {Reader.SUPERUSER: client, Reader.PARTNER: partner, Reader.STRANGER: Client(headers=DUTCH)}
    found: dict[str, object] = {}

    for place in places():
        # For programmers, in English as the API is; and what only a browser's tests have an address for.
        if place.name in {"api-docs", "login-locked-out", "form-expired"} or place.status == 500:
            continue
        html = visitors[place.reader].get(place.path(world)).content.decode()
        left = set(segments(html)) & english
        if left or '<html lang="nl"' not in html:
            found[place.name] = left or html[:100]

    assert found == {}


def test_english_stays_what_it_is(client: Client) -> None:
    """The list above can tell: it is not empty, and finds English where it is asked for."""
    html = client.get(reverse("admin:leads_lead_changelist"), headers={"Accept-Language": "en"}).content.decode()

    assert '<html lang="en"' in html
    assert set(segments(html)) & english_texts() >= {"Waits for a partner", "Lead routing", "Decisions"}


def test_numbers_and_dates_are_written_as_the_dutch_do(client: Client) -> None:
    created = datetime(2026, 3, 5, 9, 30, tzinfo=ZoneInfo("Europe/Amsterdam"))
    lead = make_lead(partner=make_partner(max_open_leads=12_500), created_at=created)
    refresh_statistics(triggered_by="test")

    listed = dutch(client.get(reverse("admin:leads_lead_changelist")))
    page = dutch(client.get(reverse("staff:lead", args=[lead.pk])))
    board = dutch(client.get(reverse("staff:dashboard")))
    performance = dutch(client.get(reverse("staff:performance", args=[lead.partner_id])))

    assert "5 maart 2026 09:30" in listed
    assert "5 maart 2026 09:30" in page
    assert "van 12.500" in board
    assert "50,0\nvan 100 punten" in performance
    assert "€ 25.000 en meer levert 100 punten op" in performance


def test_what_a_button_answers_is_dutch(client: Client) -> None:
    make_partner(company_name="Jansen")
    lead = make_lead()
    actions = {"_selected_action": [str(lead.pk)]}

    assigned = client.post(
        reverse("admin:leads_lead_changelist"), actions | {"action": "assign_now", "index": "0"}, follow=True
    )
    paused = client.post(
        reverse("admin:leads_partner_changelist"),
        {"action": "pause", "index": "0", "_selected_action": [str(Partner.objects.get().pk)]},
        follow=True,
    )

    assert "1 lead is toegewezen." in dutch(assigned)
    assert "1 partner is gepauzeerd." in dutch(paused)


def test_a_refused_policy_says_why_in_dutch(client: Client) -> None:
    url = reverse("admin:router_routingpolicy_add")
    weights = dict.fromkeys(("region_weight", "performance_weight", "fairness_weight"), "0")

    response = client.post(url, opened(client, url) | weights | {"reason": "anders"})

    assert "Minstens één van regio, prestaties en eerlijke verdeling moet een gewicht hebben." in dutch(response)


def test_refusals_and_missing_pages_are_dutch(client: Client) -> None:
    stranger = Client(headers=DUTCH)
    stranger.force_login(make_staff())

    forbidden = stranger.get(reverse("staff:lead", args=[make_lead().pk]))
    missing = client.get("/admin/niets/")

    assert (forbidden.status_code, missing.status_code) == (403, 404)
    assert "Uw account heeft geen toegang tot deze pagina." in dutch(forbidden)
    assert "Deze pagina bestaat niet." in dutch(missing)


def test_a_failed_page_is_dutch(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_given: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr("router.staff.views.dashboard_page", fail)
    client.raise_request_exception = False

    response = client.get(reverse("staff:dashboard"))

    assert response.status_code == 500
    assert "De fout ligt bij ons en is vastgelegd." in dutch(response)


def test_another_language_gets_english() -> None:
    html = Client(headers={"Accept-Language": "fr"}).get(reverse("admin:login")).content.decode()

    assert '<html lang="en"' in html


def test_the_scripts_of_the_admin_speak_dutch_too(client: Client) -> None:
    words = client.get("/admin/jsi18n/").content.decode()

    assert "Alle %s kiezen" in words
    assert '"Today": "Vandaag"' in words
