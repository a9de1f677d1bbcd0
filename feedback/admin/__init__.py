"""Admin pages of ratings."""

from feedback.admin.ratings import LeadFeedbackAdmin

__all__ = ["LeadFeedbackAdmin"]
