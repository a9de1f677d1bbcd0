"""The endpoint `/api/leads/{id}/activities/`: the contact log."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.pagination import BAD_CURSOR, NewestFirst
from core.api.permissions import RoleAPIView, actor_of
from core.api.schema import with_problems
from leads.api.lookups import get_lead, no_such_lead
from leads.api.problems import INVALID_LEAD, INVALID_PROFILE
from leads.api.serializers import ActivityInput, ActivityOutput
from leads.models import LeadActivity
from leads.queries import visible_activities
from leads.services.activities import log_activity
from leads.services.locks import LeadNotFound
from leads.vocabulary import ActivityType


class ActivityListView(RoleAPIView, GenericAPIView[LeadActivity]):
    """The log of one lead, newest first, and adding an entry to it."""

    staff_permissions = {"GET": "leads.view_leadactivity", "POST": "leads.add_leadactivity"}
    partner_methods = frozenset({"GET", "POST"})
    serializer_class = ActivityOutput
    pagination_class = NewestFirst
    filter_backends = ()
    queryset = LeadActivity.objects.none()

    @extend_schema(
        summary="List activities", responses=with_problems(400, 404, mistakes=BAD_CURSOR, ok=ActivityOutput(many=True))
    )
    def get(self, request: Request, lead_id: UUID) -> Response:
        actor = actor_of(request)
        lead = get_lead(lead_id=lead_id, actor=actor)
        page = self.paginate_queryset(visible_activities(lead_id=lead.id, partner_id=actor.partner_id))
        context = {"shows_words": actor.partner_id is None or lead.shows_person}
        return self.get_paginated_response(ActivityOutput(page, many=True, context=context).data)

    @extend_schema(
        summary="Log an activity",
        request=ActivityInput,
        responses=with_problems(
            *(400, 404, INVALID_LEAD, INVALID_PROFILE, 411, 413, 415),
            mistakes={"type": ['"telephone" is not a valid choice.']},
            created=ActivityOutput,
        ),
    )
    def post(self, request: Request, lead_id: UUID) -> Response:
        data = ActivityInput(data=request.data)
        data.is_valid(raise_exception=True)
        try:
            activity = log_activity(
                lead_id=lead_id,
                activity_type=ActivityType(data.validated_data["type"]),
                description=data.validated_data["description"],
                actor=actor_of(request),
                now=timezone.now(),
            )
        except LeadNotFound:
            raise no_such_lead() from None
        return Response(ActivityOutput(activity, context={"shows_words": True}).data, status=status.HTTP_201_CREATED)
