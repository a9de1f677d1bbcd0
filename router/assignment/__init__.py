"""Giving leads to partners."""

from router.assignment.service import LeadAssignmentService

__all__ = ["LeadAssignmentService"]
