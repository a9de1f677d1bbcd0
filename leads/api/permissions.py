"""Who may do what: staff by the model permissions of Django's admin, others with their own leads.

These are a partner's login, with the leads of that partner, and an intake client. The token of a page's client is in
everybody's hands and sends leads, no more; that of a server's may have rights on the leads that it sent.
"""

from typing import Any, ClassVar, Literal, Protocol, cast

from django.contrib.auth.models import User
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from leads.api.errors import LengthRequired
from leads.models import IntakeClient, PartnerUser
from leads.services.actors import Actor

IntakeRight = Literal["may_send_feedback", "may_open_tickets"]
"""A field of `IntakeClient`: what a server's client may be given beside sending leads."""


class RoleView(Protocol):
    """A view that says who may call it: per method the permission that staff need, and the methods of the others.

    `intake_right` is what an intake client needs for its methods; None: nothing, and a page's client has them, too.
    """

    staff_permissions: ClassVar[dict[str, str]]
    partner_methods: ClassVar[frozenset[str]]
    intake_methods: ClassVar[frozenset[str]]
    intake_right: ClassVar[IntakeRight | None]


class HasRole(BasePermission):
    """Staff with the view's permission for this method; partners and intake clients where the view lets them in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        role_view = cast("RoleView", view)
        method = "GET" if request.method == "HEAD" else str(request.method)
        permission = role_view.staff_permissions.get(method)
        if permission is None:
            # No such method here: the view answers 405.
            return True
        user = signed_in(request)
        if user.is_staff:
            return user.has_perm(permission)
        if _partner_user(user) is not None:
            return method in role_view.partner_methods
        client = intake_client_of(request)
        if client is None or method not in role_view.intake_methods:
            return False
        right = role_view.intake_right
        return right is None or (not client.is_page and getattr(client, right))


class NoIntakeClient(BasePermission):
    """Not for intake clients: whoever reads a token off a page's source must not be able to take it away."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return not hasattr(signed_in(request), "intake_client")


class NoPage(BasePermission):
    """Not for the client of a page, whose token everybody can read off its source."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        client: IntakeClient | None = getattr(signed_in(request), "intake_client", None)
        return client is None or not client.is_page


class RoleAPIView(APIView):
    """A view for staff, partners and intake clients. Without entries it lets nobody do anything."""

    permission_classes = (IsAuthenticated, HasRole)
    http_method_names = ["get", "head", "post"]
    staff_permissions: ClassVar[dict[str, str]] = {}
    partner_methods: ClassVar[frozenset[str]] = frozenset()
    intake_methods: ClassVar[frozenset[str]] = frozenset()
    intake_right: ClassVar[IntakeRight | None] = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH"):
            raise LengthRequired


def signed_in(request: Request) -> User:
    """The user of a request that has passed `IsAuthenticated`."""
    return cast("User", request.user)


def actor_of(request: Request) -> Actor:
    """Who acts, and whose leads are within reach: staff reach all, partners and intake clients their own."""
    user = signed_in(request)
    partner_user = None if user.is_staff else _partner_user(user)
    client = intake_client_of(request) if partner_user is None else None
    return Actor(
        name=f"user:{user.pk}",
        partner_id=None if partner_user is None else partner_user.partner_id,
        intake_client_id=None if client is None else client.pk,
        is_page=client is not None and client.is_page,
    )


def intake_client_of(request: Request) -> IntakeClient | None:
    """The intake client that asks; None for everybody else, and for a client that is not active."""
    user = signed_in(request)
    client: IntakeClient | None = None if user.is_staff else getattr(user, "intake_client", None)
    return client if client is not None and client.is_active else None


def _partner_user(user: User) -> PartnerUser | None:
    """The partner's login that this user is, asked once a request."""
    return getattr(user, "partner_user", None)
