"""Staff roles in the marketplace, as groups that an admin assigns to people.

A group is created if it is missing and then left alone: it is the admin's to change.
"""

from collections.abc import Iterable, Mapping

from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.models import Q

LOOKED_AT: Mapping[str, tuple[str, ...]] = {
    "leads": (*("industry", "partner", "partneruser", "lead", "leadactivity", "leadrepeat", "intakeclient"),),
    "notifications": ("notification", "notificationattempt"),
    "feedback": ("leadfeedback",),
    "support": ("supportticket",),
    "performance": ("partnerperformancestats", "refreshrun"),
    "router": ("routingpolicy", "policyactivation", "policypreview", "leadassignmentlog"),
}
"""Models that all staff may view: app -> models."""

VIEWS = tuple(f"{app}.view_{model}" for app, models in LOOKED_AT.items() for model in models)

ROLES: Mapping[str, tuple[str, ...]] = {
    "viewer": VIEWS,
    "operator": (
        *VIEWS,
        "leads.add_lead",
        "leads.change_lead",
        "leads.add_leadactivity",
        "leads.add_partner",
        "leads.change_partner",
        "notifications.view_partnerchannel",
        "notifications.add_partnerchannel",
        "notifications.change_partnerchannel",
        "notifications.change_notification",
        "feedback.add_leadfeedback",
        "feedback.change_leadfeedback",
        "support.add_supportticket",
        "support.change_supportticket",
        "router.add_leadassignmentlog",
    ),
    "tuner": (*VIEWS, "router.add_routingpolicy", "router.change_routingpolicy", "router.add_policypreview"),
    # Handles requests of people for their data, and for its erasure.
    "privacy": (*VIEWS, "leads.erase_personal_data"),
    "auditor": (
        *VIEWS,
        "intake.view_intakekey",
        "notifications.view_partnerchannel",
        "core.view_auditevent",
        "admin.view_logentry",
        "auth.view_user",
        "auth.view_group",
        "knox.view_authtoken",
    ),
}
"""Name of the group -> permissions, as `app.codename`. Members need staff status as well."""


def make_missing_groups() -> None:
    """Create the missing groups with their permissions.

    Before all apps have migrated, permissions or even their tables are missing: such groups are left for later.
    """
    if Group._meta.db_table not in connection.introspection.table_names():
        return
    known = set(Group.objects.filter(name__in=ROLES).values_list("name", flat=True))
    for name in ROLES.keys() - known:
        permissions = _permissions(ROLES[name])
        if len(permissions) == len(ROLES[name]):
            group, made = Group.objects.get_or_create(name=name)
            if made:
                group.permissions.set(permissions)


def _permissions(names: Iterable[str]) -> list[Permission]:
    """Return the existing permissions with these names."""
    matches = Q()
    for name in names:
        app, codename = name.split(".", 1)
        matches |= Q(content_type__app_label=app, codename=codename)
    return list(Permission.objects.filter(matches))
