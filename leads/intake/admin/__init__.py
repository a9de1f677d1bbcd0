"""Admin pages of intake clients and idempotency keys; what the page of leads gets from the intake."""

from leads.intake.admin.clients import IntakeClientAdmin, IntakeKeyAdmin
from leads.intake.admin.leads import IntakeMixin

__all__ = ["IntakeClientAdmin", "IntakeKeyAdmin", "IntakeMixin"]
