"""One shape for everything that can go wrong."""

from typing import Any

import pytest
from django.test import Client, RequestFactory, override_settings
from rest_framework.exceptions import ErrorDetail
from rest_framework.test import APIClient

from core.api import errors
from leads.api import leads
from leads.models import Lead
from tests.factories.api import assert_problem, client_of, staff_client
from tests.factories.marketplace import UNKNOWN_ID, make_staff

pytestmark = pytest.mark.django_db

URL = "/api/leads/"


@pytest.fixture
def client() -> APIClient:
    return staff_client("leads.add_lead", "leads.view_lead")


@pytest.mark.parametrize(
    "url", ["/api/", "/api/nothing/", "/api/leads", f"/api/leads/{UNKNOWN_ID}", "/api/leads/5/", "/api/é"]
)
@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "options"])
@pytest.mark.parametrize("debug", [True, False])
def test_an_address_that_is_not_there(url: str, method: str, debug: bool) -> None:  # noqa: FBT001  # a parameter of the test
    with override_settings(DEBUG=debug):
        response = getattr(Client(enforce_csrf_checks=True), method)(url)

    assert_problem(response, 404, "not_found")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_a_method_that_is_not_there(client: APIClient, method: str) -> None:
    response = getattr(client, method)(URL)

    assert_problem(response, 405, "method_not_allowed")
    assert response["Allow"] == "GET, HEAD, POST"


def test_a_head_request_is_answered_like_a_get(client: APIClient) -> None:
    assert client.head(URL).status_code == 200


def test_a_body_that_is_not_json(client: APIClient) -> None:
    response = client.post(URL, "province=Utrecht", content_type="application/x-www-form-urlencoded")

    assert_problem(response, 415, "unsupported_media_type")


def test_an_answer_that_is_not_json(client: APIClient) -> None:
    assert_problem(client.get(URL, headers={"Accept": "text/html"}), 406, "not_acceptable")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b'{"message": NaN}',
        b'{"message": "\\ud800"}',
        b'{"\\ud800": 1}',
        b"[" * 60_000,
        b'{"message": ' + b"9" * 5000 + b"}",
        b'{"a": 1,}',
    ],
)
def test_a_body_that_cannot_be_read(client: APIClient, body: bytes) -> None:
    assert_problem(client.post(URL, body, content_type="application/json"), 400, "parse_error")


def test_a_body_that_is_too_large(client: APIClient) -> None:
    fits = client.post(URL, b" " * (64 * 1024 - 2) + b"{}", content_type="application/json")
    too_large = client.post(URL, b" " * (64 * 1024 - 1) + b"{}", content_type="application/json")

    assert_problem(fits, 400, "invalid")
    assert_problem(too_large, 413, "too_large")


def test_a_body_of_unknown_length_is_not_taken_for_an_empty_one(client: APIClient) -> None:
    response = client.generic("POST", URL, headers={"Transfer-Encoding": "chunked"})

    assert_problem(response, 411, "length_required")
    assert not Lead.objects.exists()


def test_a_fault_of_ours_tells_nothing_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError("secret inner working")

    monkeypatch.setattr(leads, "visible_leads", fail)
    client = client_of(make_staff("leads.view_lead"), raise_errors=False)

    response = client.get(URL)

    assert_problem(response, 500, "error")
    assert b"secret" not in response.content
    assert b"Traceback" not in response.content


@pytest.mark.parametrize("header", ["Token", "Token a b", "Token unknown", "Token \xff", "Token " + "x" * 10_000])
def test_a_token_that_is_none(header: str) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)

    assert_problem(client.get(URL), 401, "authentication_failed")


def test_a_session_needs_its_csrf_token() -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(make_staff("leads.add_lead", "leads.view_lead"))

    assert client.get(URL).status_code == 200
    assert_problem(client.post(URL, {}), 403, "permission_denied")


def test_a_request_for_an_unknown_host() -> None:
    assert_problem(Client().get(URL, headers={"Host": "evil.example"}), 400, "bad_request")


def test_messages_come_in_the_readers_language(client: APIClient) -> None:
    response = client.post(URL, {"contact_email": "nobody"}, headers={"Accept-Language": "nl"})

    assert assert_problem(response, 400, "invalid") == {"contact_email": ["Voer een geldig e-mailadres in."]}


@pytest.mark.parametrize(
    ("view", "arguments", "status"),
    [
        (errors.bad_request, (Exception(),), 400),
        (errors.permission_denied, (Exception(),), 403),
        (errors.page_not_found, (Exception(),), 404),
        (errors.server_error, (), 500),
    ],
)
def test_djangos_own_error_pages_are_json_for_the_api_alone(view: Any, arguments: tuple[Any, ...], status: int) -> None:
    api = view(RequestFactory().get("/api/leads/"), *arguments)
    page = view(RequestFactory().get("/admin/"), *arguments)

    assert (api.status_code, api["Content-Type"]) == (status, "application/json")
    assert page.status_code == status
    assert page["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("detail", "fields"),
    [
        ([ErrorDetail("wrong")], {"non_field_errors": ["wrong"]}),
        ({"a": [ErrorDetail("wrong"), ErrorDetail("very")]}, {"a": ["wrong", "very"]}),
        ({"a": {"b": [ErrorDetail("wrong")]}}, {"a.b": ["wrong"]}),
        ({"a": [{}, {"b": [ErrorDetail("wrong")]}]}, {"a.1.b": ["wrong"]}),
        ({"a": {"0": [ErrorDetail("wrong")]}, "b": ErrorDetail("bad")}, {"a.0": ["wrong"], "b": ["bad"]}),
    ],
)
def test_nested_messages_are_flat(detail: Any, fields: dict[str, list[str]]) -> None:
    assert errors.flatten(detail) == fields
