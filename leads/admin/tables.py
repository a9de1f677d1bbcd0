"""Columns of partners for import and export, and their rules."""

from django.utils.translation import gettext_lazy

from leads.imports.admin.columns import Column, Rule
from leads.imports.admin.resources import TableResource
from leads.imports.services.cells import REFUSED, Boolean, Choice, Id, Integer, Text, Texts
from leads.imports.services.times import Instant
from leads.models import Partner


class PartnerTable(TableResource):
    """Partners. Columns maintained by triggers are export-only."""

    model = Partner
    id = Column(kind=Id(), rule=Rule.KEY)
    company_name = Column(kind=Text(limit=200))
    is_active_for_routing = Column(kind=Boolean(), about=gettext_lazy("Whether it takes leads: true or false."))
    max_open_leads = Column(kind=Integer(least=0), about=gettext_lazy("A whole number; empty: no cap."))
    routing_priority = Column(kind=Integer(empty=REFUSED))
    primary_branch = Column(kind=Text(limit=200, empty=None))
    lead_industries = Column(kind=Texts())
    regions = Column(kind=Texts())
    lead_locations = Column(kind=Texts(), about=gettext_lazy("Postcode prefixes and provinces, separated by commas."))
    ai_risk_score = Column(kind=Integer(least=0, most=100), about=gettext_lazy("A whole number, 0 to 100."))
    ai_risk_level = Column(kind=Choice(Partner.RiskLevel.values, empty=None))
    ai_risk_assessed_at = Column(kind=Instant())
    open_leads = Column(kind=Integer(), rule=Rule.NEVER)
    last_assigned_at = Column(kind=Instant(), rule=Rule.NEVER)
    routing_changed_at = Column(kind=Instant(), rule=Rule.NEVER)
