"""Every error of the API."""

from core.api.schema import PROBLEMS as COMMON
from feedback.api.views import ALREADY_RATED, LEAD_WITHOUT_PARTNER
from leads.api.problems import INVALID_LEAD, INVALID_PROFILE, TRANSITION_REFUSED
from leads.intake.api.views import IDEMPOTENCY_KEY_REUSED
from router.api.views import LEAD_REJECTED

_OWN = (
    *(TRANSITION_REFUSED, INVALID_LEAD, INVALID_PROFILE),
    *(LEAD_WITHOUT_PARTNER, LEAD_REJECTED, ALREADY_RATED),
    IDEMPOTENCY_KEY_REUSED,
)
PROBLEMS = tuple(sorted((*COMMON, *_OWN), key=lambda problem: problem.status))
"""In the order of the table in `docs/api.md`."""
