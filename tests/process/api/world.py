"""A marketplace for a fuzz of the API: who asks, and enough leads in each status that each step can often be taken."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import Group, User
from django.utils import timezone
from knox.models import AuthToken

from config.roles import make_missing_groups
from leads.models import IntakeClient, Lead, Partner, PartnerUser
from performance.services.refresh import refresh_statistics
from router.models import RoutingPolicy
from tests.factories.marketplace import ASKS_NOTHING, make_industry, make_intake_client, make_partner
from tests.problems import PROBLEMS

PASSWORD = "a-password-of-tests"
LEAD = "/api/leads/{lead_id}/"
STEPS = {"accept": "new", "reject": "new", **dict.fromkeys(("start", "complete", "win", "lose"), "accepted")}
"""Each step, and a status in which it can be taken."""

OPEN = frozenset({"OPTIONS /api/leads/"})
SIGNED_IN = OPEN | {f"POST /api/auth/{name}/" for name in ("login", "logout", "logout-all")}
LOOKS = SIGNED_IN | {"GET /api/leads/", f"GET {LEAD}", f"GET {LEAD}activities/"}
WORKS = {f"POST {LEAD}{step}/" for step in STEPS} | {f"POST {LEAD}activities/"}
SPEAKS = {f"POST {LEAD}feedback/", f"POST {LEAD}tickets/"}
ROUTER = {
    *(f"GET /api/admin/ai-router/{name}/" for name in ("performance-debug", "ranking", "policy")),
    "POST /api/admin/ai-router/policy/preview/",
}
SUCCEEDS: dict[str, frozenset[str]] = {
    "anonymous": OPEN,
    "page": OPEN | {"POST /api/leads/"},
    "server": OPEN | {"POST /api/leads/"} | SPEAKS,
    "partner": LOOKS | WORKS,
    "viewer": LOOKS | ROUTER,
    "staff": LOOKS | WORKS | SPEAKS | ROUTER | {"POST /api/leads/", f"POST {LEAD}assign/"},
}
"""Role -> the operations that succeed for it; all others never do."""


@dataclass(slots=True)
class Role:
    """Somebody who asks: how, and the ids that an operation (or a parameter) is given."""

    name: str
    user: User | None
    ids: dict[str, list[str]] = field(default_factory=dict)
    size: int = 40

    def write(self, folder: Path) -> None:
        """Write down what `hooks.py` reads."""
        user = self.user
        content = {
            "authorization": None if user is None else _token(user),
            "login": self._login(),
            "spare_tokens": [_token(other) for other in self._doubles()],
            "ids": self.ids,
            "codes": {
                str(status): [problem.code for problem in PROBLEMS if problem.status == status]
                for status in {problem.status for problem in PROBLEMS}
            },
        }
        self.file(folder).write_text(json.dumps(content))

    def file(self, folder: Path) -> Path:
        """Where that stands."""
        return folder / f"{self.name}.json"

    @property
    def _has_password(self) -> bool:
        return self.user is not None and not hasattr(self.user, "intake_client")

    def _login(self) -> str | None:
        """Name and password of a double: the first login strengthens the hash, which ends the tokens of its user."""
        if not self._has_password:
            return None
        return _basic(User.objects.create(username=f"{self.name} login", password=_hashed(), is_staff=True))

    def _doubles(self) -> Iterable[User]:
        """Others with the same rights, whose tokens can be given back."""
        if not self._has_password:
            return
        for number in range(self.size):
            yield User.objects.create(username=f"{self.name} {number}", is_staff=True)


class World:
    """Partners, leads and a user for each role; `size` leads for each operation that uses them up."""

    def __init__(self, *, size: int) -> None:
        make_missing_groups()
        self.size = size
        self.industry = make_industry(name="Roofs")
        self.partners = [
            make_partner(max_open_leads=None, regions=["Utrecht"], lead_industries=["Roofs"]) for _ in range(2)
        ]
        # What schemathesis makes up by itself names no industry that is there.
        page = make_intake_client(allowed_origins=["https://www.example.com"], leads_per_minute=1000, **ASKS_NOTHING)
        server = make_intake_client(
            may_send_feedback=True, may_open_tickets=True, leads_per_minute=1000, **ASKS_NOTHING
        )
        RoutingPolicy.objects.get_or_create(version=1, defaults={"is_active": True, "activated_at": timezone.now()})
        self.roles = [
            self._role("anonymous", None),
            self._role("page", page.user, intake_client=page),
            self._role("server", server.user, intake_client=server),
            self._role("partner", self._partner_user(), partner=self.partners[0]),
            self._role("viewer", self._viewer()),
            self._role("staff", self._superuser()),
        ]
        refresh_statistics(triggered_by="test")

    def _role(
        self, name: str, user: User | None, *, partner: Partner | None = None, intake_client: IntakeClient | None = None
    ) -> Role:
        """The role with leads of its own, for each operation that uses them up, and some to look at."""
        role = Role(name=name, user=user, size=self.size)
        wanted = {f"POST {LEAD}{step}/": status for step, status in STEPS.items()}
        wanted |= {f"POST {LEAD}feedback/": "won", f"POST {LEAD}assign/": "new", "lead_id": "accepted"}
        leads = {
            label: [
                Lead(
                    id=uuid5(NAMESPACE_URL, f"{name} {label} {number}"),
                    status=status,
                    partner=None if label.endswith("assign/") else partner or self.partners[1],
                    intake_client=intake_client,
                    industry=self.industry,
                    province="Utrecht",
                    postcode="3511 AB",
                    created_at=timezone.now() - timedelta(days=2, minutes=number),
                )
                for number in range(self.size)
            ]
            for label, status in wanted.items()
        }
        Lead.objects.bulk_create([lead for some in leads.values() for lead in some])
        role.ids = {label: [str(lead.id) for lead in some] for label, some in leads.items()}
        role.ids["partner_id"] = [str(one.id) for one in self.partners]
        return role

    def _partner_user(self) -> User:
        user = User.objects.create(username="partner")
        PartnerUser.objects.create(user=user, partner=self.partners[0])
        return user

    @staticmethod
    def _superuser() -> User:
        return User.objects.create(username="staff", is_staff=True, is_superuser=True)

    @staticmethod
    def _viewer() -> User:
        user = User.objects.create(username="viewer", is_staff=True)
        user.groups.add(Group.objects.get(name="viewer"))
        return user


def _hashed() -> str:
    """As the server reads it; this process hashes in a quick way of its own."""
    return PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1000)


def _token(user: User) -> str:
    return f"Token {AuthToken.objects.create(user)[1]}"


def _basic(user: User) -> str:
    return "Basic " + base64.b64encode(f"{user.username}:{PASSWORD}".encode()).decode()
