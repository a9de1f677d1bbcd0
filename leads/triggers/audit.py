"""Audited tables of leads, partners and intake clients."""

from core.audit.triggers import AuditedTable

LEADS = AuditedTable(
    table="leads",
    recorded=(
        "status",
        "user_id",
        "industry_id",
        "province",
        "source",
        "intake_client_id",
        "price_at_purchase",
        "deal_value",
        "created_at",
        "assigned_at",
        "first_contact_at",
        "accepted_at",
        "decided_at",
        "anonymised_at",
    ),
    redacted=("postcode", "contact_name", "contact_email", "contact_phone", "message"),
    # The demo and imports insert a million of them at once.
    recorded_on_insert=("status", "user_id", "source", "intake_client_id"),
)
PARTNERS = AuditedTable(
    table="profiles",
    recorded=(
        "company_name",
        "primary_branch",
        "regions",
        "lead_industries",
        "lead_locations",
        "max_open_leads",
        "is_active_for_routing",
        "routing_priority",
        "ai_risk_score",
        "ai_risk_level",
    ),
)
PARTNER_USERS = AuditedTable(table="partner_users", key="partner_id", recorded=("partner_id", "user_id"))
INTAKE_CLIENTS = AuditedTable(
    table="intake_clients",
    recorded=(
        "name",
        "user_id",
        "source",
        "allowed_origins",
        "may_send_feedback",
        "may_open_tickets",
        "requires_contact",
        "requires_place",
        "requires_industry",
        "leads_per_minute",
        "is_active",
    ),
)
