"""Who may do what: staff by the model permissions of Django's admin, a partner's login with its own leads."""

from typing import Any, ClassVar, Protocol, cast

from django.contrib.auth.models import User
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from leads.api.errors import LengthRequired
from leads.models import PartnerUser
from leads.services.actors import Actor


class RoleView(Protocol):
    """A view that says who may call it: per method the permission that staff need, and the methods of partners."""

    staff_permissions: ClassVar[dict[str, str]]
    partner_methods: ClassVar[frozenset[str]]


class HasRole(BasePermission):
    """Staff with the view's permission for this method; a partner's login where the view lets it in."""

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
        return method in role_view.partner_methods and _partner_user(user) is not None


class RoleAPIView(APIView):
    """A view for staff and partners. Without entries it lets nobody do anything."""

    permission_classes = (IsAuthenticated, HasRole)
    http_method_names = ["get", "head", "post"]
    staff_permissions: ClassVar[dict[str, str]] = {}
    partner_methods: ClassVar[frozenset[str]] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH"):
            raise LengthRequired


def signed_in(request: Request) -> User:
    """The user of a request that has passed `IsAuthenticated`."""
    return cast("User", request.user)


def actor_of(request: Request) -> Actor:
    """Who acts, and whose leads are within reach: staff reach all, a partner's login that partner's."""
    user = signed_in(request)
    partner_user = None if user.is_staff else _partner_user(user)
    return Actor(name=f"user:{user.pk}", partner_id=None if partner_user is None else partner_user.partner_id)


def _partner_user(user: User) -> PartnerUser | None:
    """The partner's login that this user is, asked once a request."""
    return getattr(user, "partner_user", None)
