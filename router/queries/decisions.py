"""Decisions as they were recorded."""

import uuid
from collections.abc import Collection

from router.models import LeadAssignmentLog


def latest_decisions(lead_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, LeadAssignmentLog]:
    """The newest decision of each lead that has one."""
    logs = LeadAssignmentLog.objects.filter(lead_id__in=lead_ids).order_by("lead_id", "-id").distinct("lead_id")
    return {log.lead_id: log for log in logs}
