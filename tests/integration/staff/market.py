"""What the tests of the dashboard share: leads of any age, and what the page says."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

from django.test import Client
from django.utils import timezone

from leads.models import Lead
from tests.factories.marketplace import make_lead
from tests.factories.pages import html_of

URL = "/staff/"
PERMISSIONS = (
    "router.view_leadassignmentlog",
    "performance.view_partnerperformancestats",
    "leads.view_lead",
    "leads.view_partner",
    "performance.view_refreshrun",
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def words_of(html: str) -> str:
    """What is between the tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def figure_html(html: str, label: str) -> str:
    """What follows the name of a key figure."""
    return html.split(f"<dt>{label}</dt>")[1].partition("</div>")[0]


def figure(html: str, label: str) -> str:
    """A key figure with its notes, in words."""
    return words_of(figure_html(html, label))


def links(html: str, label: str) -> list[str]:
    """Where a key figure leads to."""
    return [unescape(url) for url in re.findall(r'href="([^"]+)"', figure_html(html, label))]


def capacity_lines(html: str) -> list[str]:
    """The rows of the table of open leads, in words."""
    card = html.split('id="capacity-title"')[1].partition("</section>")[0]
    return [words_of(row) for row in re.findall(r"<tr>(.*?)</tr>", card, re.DOTALL)][1:]


def listed(client: Client, url: str) -> int:
    """How many rows a list of the admin shows."""
    return len(re.findall(r'<input type="checkbox" name="_selected_action"', html_of(client, url))) or len(
        re.findall(r'<th class="field-', html_of(client, url))
    )


def lead_of(age: timedelta, **fields: Any) -> Lead:
    return make_lead(created_at=timezone.now() - age, **fields)


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
