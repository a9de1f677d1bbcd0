"""What the tests of HTML pages share: clients, query counts, and what a strict Content-Security-Policy allows."""

from html.parser import HTMLParser

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.marketplace import make_staff


def signed_in(*permissions: str) -> Client:
    """A browser of a staff user with these permissions and no others."""
    client = Client()
    client.force_login(make_staff(*permissions))
    return client


def html_of(client: Client, url: str) -> str:
    """The page at this address, which has to be there and must not need anything inline."""
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    html = response.content.decode()
    assert inline_parts(html) == [], url
    return html


def query_count(client: Client, url: str) -> int:
    """How many statements the page takes, once Django knows its content types."""
    html_of(client, url)
    with CaptureQueriesContext(connection) as queries:
        html_of(client, url)
    return len(queries)


def inline_parts(html: str) -> list[str]:
    """Styles and scripts within the page, which the Content-Security-Policy would refuse."""
    finder = _InlineFinder()
    finder.feed(html)
    return finder.found


class _InlineFinder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in names and names.get("type") != "application/json"):
            self.found.append(tag)
        for name, value in attrs:
            if name == "style" or name.startswith("on") or (value or "").lower().startswith("javascript:"):
                self.found.append(f"{tag} {name}")
