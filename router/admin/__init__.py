"""Admin pages of the router; what it adds to the pages of leads; and the names on all of them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from router.admin.decisions import LeadAssignmentLogAdmin
from router.admin.leads import RoutedLeadAdmin
from router.admin.policies import RoutingPolicyAdmin

__all__ = ["LeadAssignmentLogAdmin", "RoutedLeadAdmin", "RoutingPolicyAdmin"]

admin.site.site_header = _("Lead routing")
admin.site.site_title = _("Lead routing")
admin.site.index_title = _("Overview")
admin.site.index_template = "router/admin/index.html"
admin.site.site_url = None
