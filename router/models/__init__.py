"""The routing policy in versions, previews of drafts, decision records, and the state of tasks."""

from router.models.activation import PolicyActivation
from router.models.decision import LeadAssignmentLog
from router.models.policy import COMPONENT_WEIGHTS, ROUTE_WEIGHTS, RoutingPolicy
from router.models.preview import PolicyPreview
from router.models.task import BackgroundTask

__all__ = [
    "COMPONENT_WEIGHTS",
    "ROUTE_WEIGHTS",
    "BackgroundTask",
    "LeadAssignmentLog",
    "PolicyActivation",
    "PolicyPreview",
    "RoutingPolicy",
]
