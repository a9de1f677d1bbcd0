"""Admin pages of industries, partners, leads and what belongs to them."""

from leads.admin.leads import IntakeKeyAdmin, LeadActivityAdmin, LeadAdmin
from leads.admin.partners import IndustryAdmin, PartnerAdmin, PartnerUserAdmin

__all__ = [
    "IndustryAdmin",
    "IntakeKeyAdmin",
    "LeadActivityAdmin",
    "LeadAdmin",
    "PartnerAdmin",
    "PartnerUserAdmin",
]
