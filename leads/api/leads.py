"""The endpoints of leads: their list, one lead."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.pagination import BAD_CURSOR, NewestFirst
from core.api.permissions import RoleAPIView, actor_of
from core.api.schema import with_problems
from leads.api.filters import LeadFilter, refuse_unknown_parameters
from leads.api.lookups import get_lead
from leads.api.serializers import LeadOutput
from leads.models import Lead, LeadQuerySet
from leads.queries import visible_leads


class LeadListView(RoleAPIView, GenericAPIView[Lead]):
    """All leads that the caller may see, newest first."""

    staff_permissions = {"GET": "leads.view_lead"}
    partner_methods = frozenset({"GET"})
    serializer_class = LeadOutput
    filterset_class = LeadFilter
    pagination_class = NewestFirst
    queryset = Lead.objects.none()

    def get_queryset(self) -> LeadQuerySet:
        actor = actor_of(self.request)
        return visible_leads(partner_id=actor.partner_id, intake_client_id=actor.intake_client_id)

    @extend_schema(summary="List leads", responses=with_problems(400, mistakes=BAD_CURSOR, ok=LeadOutput(many=True)))
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, known={*LeadFilter.base_filters, "cursor", "page_size"})
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(LeadOutput(page, many=True, context={"actor": actor_of(request)}).data)


class LeadView(RoleAPIView):
    """One lead."""

    staff_permissions = {"GET": "leads.view_lead"}
    partner_methods = frozenset({"GET"})

    @extend_schema(summary="Show a lead", responses=with_problems(404, ok=LeadOutput))
    def get(self, request: Request, lead_id: UUID) -> Response:
        actor = actor_of(request)
        return Response(LeadOutput(get_lead(lead_id=lead_id, actor=actor), context={"actor": actor}).data)
