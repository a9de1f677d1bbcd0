"""Partners, leads and their activities.

Table and column names are those of the marketplace's live database, whatever the Django name is. Its own application
keeps writing to them with SQL, so every rule here is a constraint, a database default or a trigger (`leads.triggers`).
"""

from leads.models.clients import IntakeClient
from leads.models.intake import LeadContactDigest, LeadRepeat
from leads.models.leads import Industry, Lead, LeadActivity, LeadQuerySet
from leads.models.partners import Partner, PartnerChange, PartnerUser

__all__ = [
    "Industry",
    "IntakeClient",
    "Lead",
    "LeadActivity",
    "LeadContactDigest",
    "LeadQuerySet",
    "LeadRepeat",
    "Partner",
    "PartnerChange",
    "PartnerUser",
]
