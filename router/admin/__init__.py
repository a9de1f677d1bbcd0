"""Admin pages of the router, its additions to the pages of leads, and the site's titles."""

from django.apps import apps
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext_lazy

from router.admin.decisions import LeadAssignmentLogAdmin
from router.admin.leads import RoutedLeadAdmin
from router.admin.policies import RoutingPolicyAdmin

__all__ = ["LeadAssignmentLogAdmin", "RoutedLeadAdmin", "RoutingPolicyAdmin"]

admin.site.site_header = _("Lead routing")
admin.site.site_title = _("Lead routing")
admin.site.index_title = _("Overview")
admin.site.index_template = "router/admin/index.html"
admin.site.site_url = None
# Knox's own name says nothing to people who look for tokens.
apps.get_app_config("knox").verbose_name = _("API access")
# Likewise.
apps.get_app_config("axes").verbose_name = _("Failed logins")

WITHOUT_DUTCH = (
    gettext_noop("Model name"),
    gettext_noop("Add link"),
    gettext_noop("Change or view list link"),
    gettext_noop("Error:"),
    gettext_noop("After you’ve created a user, you’ll be able to edit more user options."),  # noqa: RUF001  # Django's
    gettext_noop("%(model)s instance with %(field)s %(value)r is not a valid choice."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)
"""Django's own texts that its Dutch catalog lacks, named here so that our catalog has them."""
