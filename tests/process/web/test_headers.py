"""What a browser is told with every answer, by a server with the settings of production."""

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from config.local.ports import temporary_port
from tests.integration.safety.test_start import KEY
from tests.process.servers import web_server

NAME = "leads.example.com"
ALWAYS = {
    "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
ANSWERED = {
    **ALWAYS,
    "x-frame-options": "DENY",
    "content-security-policy": "base-uri 'self'; default-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "img-src 'self' data:; object-src 'none'; script-src 'self'; style-src 'self'",
}
Answer = tuple[int, dict[str, str], str]


class Site:
    """A server that nothing can go wrong with but its database, which is not there."""

    def __init__(self, address: str) -> None:
        self._netloc = urlsplit(address).netloc

    def ask(self, path: str, method: str = "GET", *, https: bool = True, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        forwarded = {"X-Forwarded-Proto": "https"} if https else {}
        with closing(HTTPConnection(self._netloc, timeout=60)) as connection:
            connection.request(method, path, headers={"Host": NAME, **forwarded, **named})
            answer = connection.getresponse()
            sent = {name.lower(): value for name, value in answer.getheaders()}
            # In no particular order.
            policy = sorted(sent.get("content-security-policy", "").split("; "))
            return answer.status, {**sent, "content-security-policy": "; ".join(policy)}, answer.read().decode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("production")


def nowhere() -> str:
    """The address of a database that is away."""
    return f"postgres://nobody:nothing-at-all@127.0.0.1:{temporary_port()}/nothing"


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    """Production, behind a proxy; its database is away, for pages that go wrong."""
    (folder / "app.css").write_text("p {}")
    environment = {
        "SECURE": "true",
        "SECRET_KEY": KEY,
        "ALLOWED_HOSTS": NAME,
        "TRUST_PROXY": "true",
        "STATIC_ROOT": str(folder),
        "DATABASE_URL": nowhere(),
    }
    with web_server("--workers", "1", log=folder / "web.log", **environment) as address:
        yield Site(address)


def lacking(answer: Answer, expected: dict[str, str]) -> dict[str, str | None]:
    """The headers that are not as expected, as they are."""
    _, sent, _ = answer
    return {name: sent.get(name) for name, value in expected.items() if sent.get(name) != value}


def test_every_answer_tells_the_browser_to_be_careful(site: Site) -> None:
    answers = {
        "login": site.ask("/admin/login/"),
        "no csrf": site.ask("/admin/login/", "POST", Content_Length="0"),
        "page that failed": site.ask("/admin/", Cookie="sessionid=abcdefghijklmnopqrstuvwxyz012345"),
        "no page": site.ask("/nothing/"),
        "api": site.ask("/api/leads/"),
        "api failed": site.ask("/api/leads/", Authorization="Token 0123456789abcdef"),
        "no api": site.ask("/api/nothing/"),
        "wrong name": site.ask("/admin/login/", Host="evil.example.com"),
        "wrong name, api": site.ask("/api/leads/", Host="evil.example.com"),
        "metrics": site.ask("/metrics"),
        "health": site.ask("/healthz"),
    }
    static = site.ask("/static/app.css")

    assert {name: status for name, (status, _, _) in answers.items()} == {
        "login": 200,
        "no csrf": 403,
        "page that failed": 500,
        "no page": 404,
        "api": 401,
        "api failed": 500,
        "no api": 404,
        "wrong name": 400,
        "wrong name, api": 400,
        "metrics": 403,
        "health": 200,
    }
    assert {name: missing for name, answer in answers.items() if (missing := lacking(answer, ANSWERED))} == {}
    assert (static[0], lacking(static, ALWAYS)) == (200, {})
    for name, (_, sent, body) in {**answers, "static": static}.items():
        assert "<style" not in body, name
        assert " style=" not in body, name
        assert "Traceback" not in body, name
        assert "server" not in sent or "/" not in sent["server"], name
    assert (answers["api failed"][1]["content-type"], answers["wrong name, api"][1]["content-type"]) == (
        "application/json",
        "application/json",
    )


def test_there_is_no_way_around_https_and_cookies_stay_there(site: Site) -> None:
    plain = site.ask("/admin/login/?next=/", https=False)
    # Of a proxy that has none of it; what the client says of itself counts for nothing without TRUST_PROXY.
    health = [site.ask(path, https=False)[0] for path in ("/healthz", "/metrics")]
    _, sent, _ = site.ask("/admin/login/")

    assert (plain[0], plain[1]["location"]) == (301, f"https://{NAME}/admin/login/?next=/")
    assert health == [200, 403]
    cookie = sent["set-cookie"]
    assert cookie.startswith("csrftoken=")
    assert "Secure" in cookie
    assert "SameSite=Lax" in cookie


def test_a_client_does_not_say_by_itself_that_it_came_by_https(folder: Path) -> None:
    environment = {"SECURE": "true", "SECRET_KEY": KEY, "ALLOWED_HOSTS": NAME, "DATABASE_URL": nowhere()}
    with web_server("--workers", "1", log=folder / "other.log", **environment) as address:
        site = Site(address)
        said = site.ask("/admin/login/", X_Forwarded_Ssl="on", X_Forwarded_Protocol="ssl", Forwarded="proto=https")

    assert said[0] == 301
