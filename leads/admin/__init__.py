"""Admin pages of industries, partners, leads and related models."""

from leads.admin.audit import AuditEventAdmin, WatchedGroupAdmin, WatchedUserAdmin
from leads.admin.intake_clients import IntakeClientAdmin
from leads.admin.leads import IntakeKeyAdmin, LeadActivityAdmin, LeadAdmin
from leads.admin.login_failures import LoginFailureAdmin
from leads.admin.notifications import NotificationAdmin, PartnerChannelAdmin
from leads.admin.partners import IndustryAdmin, PartnerAdmin, PartnerUserAdmin
from leads.admin.tokens import ApiTokenAdmin

__all__ = [
    "ApiTokenAdmin",
    "AuditEventAdmin",
    "IndustryAdmin",
    "IntakeClientAdmin",
    "IntakeKeyAdmin",
    "LeadActivityAdmin",
    "LeadAdmin",
    "LoginFailureAdmin",
    "NotificationAdmin",
    "PartnerAdmin",
    "PartnerChannelAdmin",
    "PartnerUserAdmin",
    "WatchedGroupAdmin",
    "WatchedUserAdmin",
]
