"""Models of the tables with personal data, used only for the triggers on them."""

from feedback.models import LeadFeedback
from leads.models import Lead, LeadActivity, LeadRepeat
from leads.privacy.triggers import ANONYMISED_TRIGGERS, BLANKING
from support.models import SupportTicket


class _Proxy:
    proxy = True
    default_permissions = ()


class AnonymisedLead(Lead):
    """Leads."""

    class Meta(_Proxy):
        triggers = ANONYMISED_TRIGGERS


class BlankedActivity(LeadActivity):
    """Activities."""

    class Meta(_Proxy):
        triggers = BLANKING["lead_activities"]


class BlankedRepeat(LeadRepeat):
    """Repeated requests."""

    class Meta(_Proxy):
        triggers = BLANKING["lead_repeats"]


class BlankedFeedback(LeadFeedback):
    """Ratings."""

    class Meta(_Proxy):
        triggers = BLANKING["lead_feedback"]


class BlankedTicket(SupportTicket):
    """Tickets."""

    class Meta(_Proxy):
        triggers = BLANKING["support_tickets"]
