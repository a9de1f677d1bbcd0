import re
from html.parser import HTMLParser

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.factories.api import client_of
from tests.factories.marketplace import make_partner, make_partner_user, make_staff

pytestmark = pytest.mark.django_db


class Inline(HTMLParser):
    """Collects what a strict Content-Security-Policy refuses, and the files that the page asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []
        self.files: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in names):
            self.refused.append(tag)
        self.refused += [name for name in names if name == "style" or name.startswith("on")]
        self.files += [value for name in ("src", "href") if (value := names.get(name))]


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make_staff())
    return client


def test_the_docs_have_nothing_inline_and_all_their_files(client: Client) -> None:
    response = client.get("/api/docs/")
    page = Inline()
    page.feed(response.content.decode())

    assert response.status_code == 200
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert page.refused == []
    statics = [path.removeprefix("/static/") for path in page.files if path.startswith("/static/")]
    assert len(statics) == 5
    assert [path for path in statics if finders.find(path) is None] == []


def test_the_docs_start_with_a_script_of_their_own(client: Client) -> None:
    (url,) = re.findall(r'src="(/api/docs/\?[^"]*)"', client.get("/api/docs/").content.decode())

    script = client.get(url)

    assert script["Content-Type"].startswith("application/javascript")
    assert b"SwaggerUIBundle(" in script.content
    assert b"/api/schema/" in script.content or b"../schema/" in script.content


def test_somebody_who_is_not_signed_in_is_sent_to_sign_in() -> None:
    response = Client().get("/api/docs/")

    assert response.status_code == 302
    assert response["Location"] == "/admin/login/?next=/api/docs/"


def test_a_wrong_token_does_not_open_the_docs() -> None:
    assert Client().get("/api/docs/", headers={"Authorization": "Token wrong"}).status_code == 401


def test_the_schema_is_for_everybody_who_is_signed_in() -> None:
    for user in (make_staff(), make_partner_user(make_partner())):
        response = client_of(user).get("/api/schema/")
        assert response.status_code == 200
        assert response.json()["openapi"].startswith("3.")
    assert Client().get("/api/schema/").status_code == 401


def test_the_schema_describes_every_endpoint() -> None:
    paths = client_of(make_staff()).get("/api/schema/").json()["paths"]

    assert {
        "/api/leads/",
        "/api/leads/{lead_id}/",
        *(
            f"/api/leads/{{lead_id}}/{name}/"
            for name in (
                *("accept", "reject", "start", "complete", "win", "lose"),
                *("activities", "feedback", "tickets", "assign"),
            )
        ),
        *(f"/api/admin/ai-router/{name}/" for name in ("performance-debug", "ranking", "policy", "policy/preview")),
        *(f"/api/auth/{name}/" for name in ("login", "logout", "logout-all")),
    } == set(paths)
