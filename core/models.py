"""Models of the app: the audit trail, and the audited tables of Django and Knox."""

from core.audit.models import (
    AuditedGroup,
    AuditedGroupMember,
    AuditedGroupPermission,
    AuditedToken,
    AuditedUser,
    AuditedUserPermission,
    AuditEvent,
)

__all__ = [
    "AuditEvent",
    "AuditedGroup",
    "AuditedGroupMember",
    "AuditedGroupPermission",
    "AuditedToken",
    "AuditedUser",
    "AuditedUserPermission",
]
