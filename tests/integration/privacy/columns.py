"""Columns that could hold words, and hold nothing about a person behind a lead: for each, what is in it."""

IDS, WORDS, FIGURES, STAFF, PARTNER, SCHEMA, SIGNING_IN = (
    "ids or names of things",
    "words of our own vocabulary",
    "figures of partners, and ids",
    "about who works here",
    "about a partner, which is a company",
    "what Django keeps of its own tables",
    "about who tries to sign in, which no lead does; removed when it no longer counts",
)

CLEAN = {
    "application_roles": {"role_name": STAFF},
    "audit_events": {
        **dict.fromkeys(("table_name", "operation", "row_id"), IDS),
        "changes": "of hidden columns only that they changed: see `leads.triggers.audit`",
        "context": "who wrote, where, and the reason of an erasure, which names nobody",
        "database_user": STAFF,
    },
    "auth_group": {"name": STAFF},
    "auth_permission": dict.fromkeys(("name", "codename"), SCHEMA),
    "auth_user": dict.fromkeys(("username", "first_name", "last_name", "email", "password"), STAFF),
    "axes_accessattempt": dict.fromkeys(
        ("get_data", "http_accept", "ip_address", "path_info", "post_data", "user_agent", "username"), SIGNING_IN
    ),
    "axes_accessfailurelog": dict.fromkeys(
        ("http_accept", "ip_address", "path_info", "user_agent", "username"), SIGNING_IN
    ),
    "axes_accesslog": dict.fromkeys(
        ("http_accept", "ip_address", "path_info", "session_hash", "user_agent", "username"), SIGNING_IN
    ),
    "background_tasks": {"name": IDS, "error": "the type of an error"},
    "rule_exemptions": {"exempts": WORDS},
    "django_admin_log": {
        "object_id": IDS,
        "object_repr": "what `__str__` says: ids and words, and names of partners and of staff",
        "change_message": "names of fields",
    },
    "django_content_type": dict.fromkeys(("app_label", "model"), SCHEMA),
    "django_migrations": dict.fromkeys(("app", "name"), SCHEMA),
    "django_session": {
        "session_key": IDS,
        "session_data": "a file that waits to be imported, for an hour; see `core.tasks.forget_sessions`",
    },
    "industries": {"name": IDS},
    "intake_clients": dict.fromkeys(("name", "source", "allowed_origins"), "about a form or a system that sends leads"),
    "knox_authtoken": dict.fromkeys(("digest", "token_key"), STAFF),
    "lead_activities": {"type": WORDS},
    "lead_assignment_logs": {
        **dict.fromkeys(("outcome", "trigger", "algorithm"), WORDS),
        "actor": "the id of a user",
        **dict.fromkeys(("exclusions", "candidates", "policy"), FIGURES),
    },
    "lead_repeats": {"source": "the form or campaign", "province": "a province"},
    "leads": {"status": WORDS, "source": "the form or campaign", "province": "a province"},
    "partner_channels": {"kind": WORDS, "language": WORDS, "address": PARTNER},
    "partner_notification_attempts": {"error": WORDS},
    "partner_notifications": dict.fromkeys(("event", "state"), WORDS),
    "partner_performance_refresh_runs": dict.fromkeys(("mode", "triggered_by"), WORDS),
    "routing_policy_activations": {"reason": "why a policy was chosen"},
    "policy_previews": {"values": FIGURES, "result": FIGURES, "status": WORDS, "error": "the type of an error"},
    "profiles": dict.fromkeys(
        ("company_name", "primary_branch", "regions", "lead_industries", "lead_locations", "ai_risk_level"), PARTNER
    ),
    "routing_policies": {"reason": "why a policy was made"},
    "support_tickets": {"type": WORDS, "status": WORDS},
}
"""Table -> column -> what is in it."""
