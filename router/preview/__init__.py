"""Preview of a draft of the routing policy on the leads of the last days."""

from router.preview.compare import MOST_DAYS, QUICK_LIMIT, OnProgress, preview_policy
from router.preview.jobs import PreviewBusy, compute, fail, read_preview, start_preview
from router.preview.results import ChangedLead, Estimate, Outcome, PartnerChange, PolicyComparison, lack_of_evidence

__all__ = [
    "MOST_DAYS",
    "QUICK_LIMIT",
    "ChangedLead",
    "Estimate",
    "OnProgress",
    "Outcome",
    "PartnerChange",
    "PolicyComparison",
    "PreviewBusy",
    "compute",
    "fail",
    "lack_of_evidence",
    "preview_policy",
    "read_preview",
    "start_preview",
]
