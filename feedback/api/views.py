"""The endpoint `/api/leads/{id}/feedback/`."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.errors import Conflict
from core.api.permissions import RoleAPIView, actor_of
from core.api.schema import Problem, with_problems
from feedback.api.serializers import FeedbackInput, FeedbackOutput
from feedback.services.ratings import AlreadyRated, LeadWithoutPartner, rate_lead
from leads.api.lookups import no_such_lead
from leads.services.locks import LeadNotFound

LEAD_WITHOUT_PARTNER = Problem(
    *(409, "lead_without_partner", "Nobody has the lead, so there is nobody to rate.", "Nobody has this lead yet."),
    everywhere=False,
)
ALREADY_RATED = Problem(409, "already_rated", "A lead is rated once.", "This lead has its rating.", everywhere=False)


class FeedbackView(RoleAPIView):
    """The rating of a lead's partner. Not available to partners, who would rate themselves."""

    staff_permissions = {"POST": "feedback.add_leadfeedback"}
    intake_methods = frozenset({"POST"})
    intake_right = "may_send_feedback"

    @extend_schema(
        summary="Rate the partner of a lead",
        request=FeedbackInput,
        responses=with_problems(
            *(400, 404, LEAD_WITHOUT_PARTNER, ALREADY_RATED, 411, 413, 415),
            mistakes={"rating": ["Ensure this value is less than or equal to 5."]},
            created=FeedbackOutput,
        ),
    )
    def post(self, request: Request, lead_id: UUID) -> Response:
        data = FeedbackInput(data=request.data)
        data.is_valid(raise_exception=True)
        try:
            feedback = rate_lead(lead_id=lead_id, actor=actor_of(request), now=timezone.now(), **data.validated_data)
        except LeadNotFound:
            raise no_such_lead() from None
        except LeadWithoutPartner:
            raise Conflict(code="lead_without_partner", detail=_("Nobody has this lead yet.")) from None
        except AlreadyRated:
            raise Conflict(code="already_rated", detail=_("This lead has its rating.")) from None
        return Response(FeedbackOutput(feedback).data, status=status.HTTP_201_CREATED)
