"""Admin pages of industries, partners, leads and related models."""

from leads.admin.leads import LeadActivityAdmin, LeadAdmin
from leads.admin.partners import IndustryAdmin, PartnerAdmin, PartnerUserAdmin

__all__ = [
    "IndustryAdmin",
    "LeadActivityAdmin",
    "LeadAdmin",
    "PartnerAdmin",
    "PartnerUserAdmin",
]
