"""Errors of the lead API that not every app has."""

from core.api.schema import Problem

TRANSITION_REFUSED = Problem(
    *(
        409,
        "transition_refused",
        "The lead's status does not allow this; `allowed_actions` names what can be done.",
    ),
    "The lead's status does not allow this.",
    members={"status": "won", "allowed_actions": []},
    everywhere=False,
)
INVALID_LEAD = Problem(
    *(409, "invalid_lead", "The lead's row breaks a rule of the database that is younger; `rule` names it."),
    "The row breaks the rule leads_deal_value of the database.",
    members={"rule": "leads_deal_value"},
    everywhere=False,
)
INVALID_PROFILE = Problem(
    *(409, "invalid_profile", "The same of the row of the lead's partner."),
    "The row breaks the rule profiles_max_open_leads of the database.",
    members={"rule": "profiles_max_open_leads"},
    everywhere=False,
)
