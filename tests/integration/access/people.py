"""One of each kind of caller, and what they ask with."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.messages import get_messages
from django.db import connection, transaction
from django.test import Client
from knox.models import AuthToken

from config.roles import ROLES, make_missing_groups
from leads.models import IntakeClient, Lead
from tests.factories.marketplace import make_staff
from tests.integration.access.addresses import Address

ROLE_NAMES = ("anonymous", "page", "server", "partner", "no group", *ROLES, "superuser")
_REFUSED = frozenset({401, 403, 404, 405})


def user_of(role: str, *, lead: Lead) -> User | None:
    """Who has this role; partner, page and server are those of the lead. "no group" is staff without a group."""
    if role == "anonymous":
        return None
    if role in ("page", "server"):
        rights = {"may_send_feedback": role == "server", "may_open_tickets": role == "server"}
        origins = ["https://www.example.com"] if role == "page" else []
        IntakeClient.objects.update(allowed_origins=origins, **rights)
        return User.objects.get(intake_client=lead.intake_client_id)
    if role == "partner":
        return User.objects.get(partner_user__partner=lead.partner_id)
    user = make_staff(username=role, is_superuser=role == "superuser")
    make_missing_groups()
    if role in ROLES:
        user.groups.add(Group.objects.get(name=role))
    return user


class Caller:
    """Asks as one user: the API with a token, pages with a session.

    `kept`: the addresses of which an answer may be kept by a browser or a proxy. All may hold personal data.
    """

    def __init__(self, user: User | None) -> None:
        self.kept: set[str] = set()
        self._client = Client()
        self._headers: dict[str, str] = {}
        if user is not None:
            self._client.force_login(user)
            self._headers = {"Authorization": f"Token {AuthToken.objects.create(user)[1]}"}
        self._cookies = {name: cookie.value for name, cookie in self._client.cookies.items()}

    def is_let_in(self, address: Address, method: str) -> bool:
        """Whether the door opens. What a POST does inside is undone; nothing else may do anything."""
        if method != "POST" or address.looks_only:
            return _is_let_in(self._ask(address, method), address)
        with transaction.atomic():
            let_in = _is_let_in(self._ask(address, method), address)
            transaction.set_rollback(let_in)
        return let_in

    def _ask(self, address: Address, method: str) -> Any:
        is_api = address.path.startswith("/api/")
        self._client.cookies = SimpleCookie({} if is_api else self._cookies)
        options: dict[str, Any] = {"headers": self._headers if is_api else {}}
        if method == "POST":
            options["data"] = address.sent
            if is_api:
                options["content_type"] = "application/json"
        answer = getattr(self._client, method.lower())(address.path, **options)
        if not {"no-store", "private"} <= set(answer.headers.get("Cache-Control", "").split(", ")):
            self.kept.add(address.name)
        return answer


@contextmanager
def nothing_changes() -> Iterator[None]:
    """Fail if any row of any table is another one afterwards."""
    before = _checksums()
    yield
    after = _checksums()
    assert {table for table in before if before[table] != after[table]} == set()


def _is_let_in(response: Any, address: Address) -> bool:
    if response.status_code in {301, 302}:
        said = {str(message) for message in get_messages(response.wsgi_request)} if address.is_action else set()
        # Whoever is not let in has to log in; whoever has logged out can.
        is_sent_away = response["Location"].startswith("/admin/login/") and address.name != "admin:logout"
        return not is_sent_away and "No action selected." not in said
    # Who has no such action is shown the list again.
    is_list_again = address.is_action and "cl" in (getattr(response, "context_data", None) or {})
    return response.status_code not in _REFUSED and not is_list_again


def _checksums() -> dict[str, str | None]:
    """What all rows of each table come to."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM \"{table}\" t")
            found[table] = cursor.fetchone()[0]
    return found
