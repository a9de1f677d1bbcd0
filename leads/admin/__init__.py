"""Admin pages of industries, partners, leads and related models."""

from leads.admin.intake_clients import IntakeClientAdmin
from leads.admin.leads import IntakeKeyAdmin, LeadActivityAdmin, LeadAdmin
from leads.admin.partners import IndustryAdmin, PartnerAdmin, PartnerUserAdmin

__all__ = [
    "IndustryAdmin",
    "IntakeClientAdmin",
    "IntakeKeyAdmin",
    "LeadActivityAdmin",
    "LeadAdmin",
    "PartnerAdmin",
    "PartnerUserAdmin",
]
