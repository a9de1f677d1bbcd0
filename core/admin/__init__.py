"""Admin pages of users, groups, tokens and failed logins, and of the audit trail."""

from core.admin.audit import AuditedGroupAdmin, AuditedUserAdmin, AuditEventAdmin
from core.admin.login_failures import LoginFailureAdmin
from core.admin.tokens import ApiTokenAdmin

__all__ = ["ApiTokenAdmin", "AuditEventAdmin", "AuditedGroupAdmin", "AuditedUserAdmin", "LoginFailureAdmin"]
