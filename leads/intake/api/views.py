"""The endpoint `/api/leads/`: the intake of leads, beside their list."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView
from structlog.contextvars import bind_contextvars

from core.api.permissions import actor_of, signed_in
from core.api.schema import Problem, with_problems
from core.api.throttling import UserThrottle, visitor_seconds_to_wait
from core.auth.actors import intake_client_of
from leads.api.leads import LeadListView
from leads.intake.api.origins import CORS_HEADERS, allow_origin, answer_page, is_preflight
from leads.intake.api.serializers import NewLeadInput, ReceiptOutput
from leads.intake.services.intake import DUPLICATE, create_lead, replay
from leads.intake.services.rates import seconds_to_wait
from leads.intake.services.repeats import IdempotencyKey, IdempotencyKeyReused, hash_of_request

KEY_HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"
_LONGEST_KEY = 255


IDEMPOTENCY_KEY_REUSED = Problem(
    *(422, "idempotency_key_reused", "The idempotency key was used for another request."),
    "This idempotency key was used for another request.",
)


class KeyReused(APIException):
    """Status 422, following the IETF draft on idempotency keys."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "idempotency_key_reused"


class IntakeThrottle(UserThrottle):
    """Limit an intake client to its own number of leads a minute; others are limited as everywhere.

    On a page, one address cannot use up the limit of all visitors: its excess requests do not count for the page.
    """

    def allow_request(self, request: Request, view: APIView) -> bool:
        client = intake_client_of(signed_in(request))
        if client is None:
            return super().allow_request(request, view)
        self._seconds = visitor_seconds_to_wait(request, client_id=client.pk) if client.is_page else 0.0
        if self._seconds <= 0:
            self._seconds = seconds_to_wait(client)
        return self._seconds <= 0


class IntakeView(LeadListView):
    """All leads that the caller may see, newest first, and the intake of new ones."""

    staff_permissions = {**LeadListView.staff_permissions, "POST": "leads.add_lead"}
    intake_methods = frozenset({"POST"})

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return answer_page(request) if is_preflight(request) else super().dispatch(request, *args, **kwargs)

    def get_throttles(self) -> list[BaseThrottle]:
        return [IntakeThrottle()] if self.request.method == "POST" else super().get_throttles()

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        final: Response = super().finalize_response(request, response, *args, **kwargs)
        if request.method == "POST":
            allow_origin(request, final)
        return final

    @extend_schema(
        summary="Take in a lead",
        description=(
            "The lead is stored, and routed a moment later. A repeat with the same `Idempotency-Key` and the same body "
            "makes no second lead and gets the first answer, with the header `Idempotency-Replayed: true`, for 24 "
            "hours. The same person (by e-mail address or phone number) and industry within a number of days that is "
            "set for the marketplace makes no second lead either: the answer then has the `status` `duplicate`, except "
            "to a page, which is always answered `new`. An industry, a postcode or a province, and an e-mail address "
            "or a phone number have to be sent, unless the client's settings say otherwise. An intake client sends so "
            "many leads a minute as it was given, and each visitor of a page a few; a page in a browser sends from the "
            "origins of its client (CORS)."
        ),
        parameters=[
            OpenApiParameter(
                KEY_HEADER,
                {"type": "string", "pattern": "^[!-~]{1,255}$"},
                OpenApiParameter.HEADER,
                description="Your own name for this request: 1 to 255 visible ASCII characters, a UUID for example.",
                examples=[OpenApiExample("key", value="7f1c0b9e-94c1-4e0d-8a6c-1d1d2f0f6f57")],
            ),
            OpenApiParameter(
                REPLAYED_HEADER,
                {"type": "string", "enum": ["true"]},
                OpenApiParameter.HEADER,
                response=[201],
                description="Only in an answer that was given before, to the same key.",
            ),
            OpenApiParameter(
                "Location",
                {"type": "string", "format": "uri-reference"},
                OpenApiParameter.HEADER,
                response=[201],
                description="Address of the lead; of a duplicate, that of the first one, if it was yours.",
            ),
            *CORS_HEADERS,
        ],
        filters=False,
        request=NewLeadInput,
        responses=with_problems(
            *(400, 411, 413, 415, IDEMPOTENCY_KEY_REUSED),
            mistakes={"postcode": ["Enter a Dutch postcode (1234 AB) or a Belgian one (1000)."]},
            created=ReceiptOutput,
        ),
    )
    def post(self, request: Request) -> Response:
        key, now = _idempotency_key(request), timezone.now()
        try:
            receipt = replay(key=key, now=now) if key else None
            if receipt is None:
                data = NewLeadInput(data=request.data, context={"client": intake_client_of(signed_in(request))})
                data.is_valid(raise_exception=True)
                receipt = create_lead(new=data.new_lead(), actor=actor_of(request), now=now, key=key)
        except IdempotencyKeyReused:
            raise KeyReused(_("This idempotency key was used for another request.")) from None
        bind_contextvars(lead_id=str(receipt.lead_id))
        headers = {REPLAYED_HEADER: "true"} if receipt.replayed else {}
        known_id = receipt.duplicate_of if receipt.status == DUPLICATE else receipt.id
        if known_id is not None:
            headers["Location"] = reverse("api-lead", args=[known_id])
        return Response(ReceiptOutput(receipt).data, status=status.HTTP_201_CREATED, headers=headers)


def _idempotency_key(request: Request) -> IdempotencyKey | None:
    """Return the idempotency key that the client sent, if any."""
    key = request.headers.get(KEY_HEADER)
    if key is None:
        return None
    if not (0 < len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable() and not key.isspace()):
        raise ValidationError({KEY_HEADER: [_("A key has 1 to 255 visible ASCII characters.")]})
    return IdempotencyKey(client_id=signed_in(request).pk, key=key, request_hash=hash_of_request(request.data))
