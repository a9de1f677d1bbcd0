"""Permissions: staff by the model permissions of Django's admin, others for their own leads.

Others are a partner's login, with the leads of that partner, and an intake client. A page client's token is public, and
allows sending leads only; a server client may have rights on the leads that it sent.
"""

from typing import Any, ClassVar, Literal, Protocol, cast

from django.contrib.auth.models import User
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api.errors import LengthRequired
from core.auth.actors import Actor, intake_client_of, partner_user_of

IntakeRight = Literal["may_send_feedback", "may_open_tickets"]
"""A field of an intake client: a right that a server client may have besides sending leads."""


class RoleView(Protocol):
    """A view that declares who may call it: the permission of staff by method, and the methods of others.

    `intake_right` is the right that an intake client needs for its methods; None means that it needs none, and a page
    client may use them too.
    """

    staff_permissions: ClassVar[dict[str, str]]
    partner_methods: ClassVar[frozenset[str]]
    intake_methods: ClassVar[frozenset[str]]
    intake_right: ClassVar[IntakeRight | None]


class HasRole(BasePermission):
    """Staff with the view's permission for this method; partners and intake clients if the view admits them."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        role_view = cast("RoleView", view)
        method = "GET" if request.method == "HEAD" else str(request.method)
        permission = role_view.staff_permissions.get(method)
        if permission is None:
            # The view has no such method and returns 405.
            return True
        user = signed_in(request)
        if user.is_staff:
            return user.has_perm(permission)
        if partner_user_of(user) is not None:
            return method in role_view.partner_methods
        client = intake_client_of(user)
        if client is None or method not in role_view.intake_methods:
            return False
        right = role_view.intake_right
        return right is None or (not client.is_page and getattr(client, right))


class NoIntakeClient(BasePermission):
    """Refuses intake clients: somebody who reads a token in a page's source must not be able to revoke it."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return not hasattr(signed_in(request), "intake_client")


class NoPage(BasePermission):
    """Refuses the client of a page, whose token everybody can read in its source."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        client = getattr(signed_in(request), "intake_client", None)
        return client is None or not client.is_page


class RoleAPIView(APIView):
    """A view for staff, partners and intake clients. Without declarations it admits nobody."""

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
    """Return the user of a request that has passed `IsAuthenticated`."""
    return cast("User", request.user)


def actor_of(request: Request) -> Actor:
    """Return the signed-in user as an actor."""
    return Actor.of_user(signed_in(request))
