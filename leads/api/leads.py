"""`/api/leads/`: taking leads in, listing them, one lead."""

from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from leads.api.filters import LeadFilter, refuse_unknown_parameters
from leads.api.lookups import get_lead
from leads.api.pagination import NewestFirst
from leads.api.permissions import RoleAPIView, actor_of, signed_in
from leads.api.schema import with_problems
from leads.api.serializers import LeadOutput, NewLeadInput, ReceiptOutput
from leads.models import Lead, LeadQuerySet
from leads.queries import visible_leads
from leads.services.intake import IdempotencyKey, IdempotencyKeyReused, create_lead

KEY_HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"
_LONGEST_KEY = 255


class KeyReused(APIException):
    """422, as the IETF's draft on idempotency keys has it."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "idempotency_key_reused"


class LeadListView(RoleAPIView, GenericAPIView[Lead]):
    """All leads that the caller may see, newest first; and the intake of new ones."""

    staff_permissions = {"GET": "leads.view_lead", "POST": "leads.add_lead"}
    partner_methods = frozenset({"GET"})
    serializer_class = LeadOutput
    filterset_class = LeadFilter
    pagination_class = NewestFirst
    queryset = Lead.objects.none()

    def get_queryset(self) -> LeadQuerySet:
        return visible_leads(partner_id=actor_of(self.request).partner_id)

    @extend_schema(summary="List leads", responses=with_problems(400, ok=LeadOutput(many=True)))
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, known={*LeadFilter.base_filters, "cursor", "page_size"})
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(LeadOutput(page, many=True).data)

    @extend_schema(
        summary="Take in a lead",
        description=(
            "The lead is stored, and routed a moment later. A repeat with the same `Idempotency-Key` and the same body "
            "makes no second lead and gets the first answer, with the header `Idempotency-Replayed: true`."
        ),
        parameters=[
            OpenApiParameter(
                KEY_HEADER,
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                description="Your own name for this request: 1 to 255 visible ASCII characters, a UUID for example.",
            )
        ],
        filters=False,
        request=NewLeadInput,
        responses=with_problems(400, 411, 413, 415, 422, created=ReceiptOutput),
    )
    def post(self, request: Request) -> Response:
        data = NewLeadInput(data=request.data)
        data.is_valid(raise_exception=True)
        try:
            receipt = create_lead(
                new=data.new_lead(), actor=actor_of(request), now=timezone.now(), key=_idempotency_key(request)
            )
        except IdempotencyKeyReused:
            raise KeyReused(_("This idempotency key was used for another request.")) from None
        headers = {"Location": reverse("api-lead", args=[receipt.lead_id])}
        if receipt.replayed:
            headers[REPLAYED_HEADER] = "true"
        return Response(ReceiptOutput(receipt).data, status=status.HTTP_201_CREATED, headers=headers)


class LeadView(RoleAPIView):
    """One lead."""

    staff_permissions = {"GET": "leads.view_lead"}
    partner_methods = frozenset({"GET"})

    @extend_schema(summary="Show a lead", responses=with_problems(404, ok=LeadOutput))
    def get(self, request: Request, lead_id: UUID) -> Response:
        return Response(LeadOutput(get_lead(lead_id=lead_id, actor=actor_of(request))).data)


def _idempotency_key(request: Request) -> IdempotencyKey | None:
    """The key that the client sent, if it did."""
    key = request.headers.get(KEY_HEADER)
    if key is None:
        return None
    if not (0 < len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable() and not key.isspace()):
        raise ValidationError({KEY_HEADER: [_("A key has 1 to 255 visible ASCII characters.")]})
    return IdempotencyKey(client_id=signed_in(request).pk, key=key)
