"""Changes of a lead or a partner that the database refuses.

A row may be older than a rule and violate it, as in an adopted database. PostgreSQL then refuses every change of the
row, whatever the change is about.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError
from django.utils.translation import gettext as _
from psycopg.errors import CheckViolation

from leads.models import Lead, Partner
from leads.vocabulary import TRANSITION_RULE

_MODELS = {model._meta.db_table: model for model in (Lead, Partner)}


class ConstraintViolated(Exception):
    """A row of `table` violates the check constraint `rule`, and cannot be changed until it is corrected."""

    def __init__(self, *, table: str, rule: str) -> None:
        super().__init__(f"{table}: {rule}")
        self.table = table
        self.rule = rule

    @property
    def message(self) -> str:
        """Description of the rule for people; for a rule that is not ours, its name."""
        if self.rule == TRANSITION_RULE:
            return _("The lead's status does not allow this.")
        for constraint in _MODELS[self.table]._meta.constraints:
            if constraint.name == self.rule:
                return str(constraint.get_violation_error_message())
        return _("The row breaks the rule %(rule)s of the database.") % {"rule": self.rule}


@contextmanager
def translate_check_violations() -> Iterator[None]:
    """Raise `ConstraintViolated` if a check constraint refuses a lead or a partner; wraps a transaction."""
    try:
        yield
    except IntegrityError as error:
        cause = error.__cause__
        if not isinstance(cause, CheckViolation) or cause.diag.table_name not in _MODELS:
            raise
        raise ConstraintViolated(table=cause.diag.table_name, rule=cause.diag.constraint_name or "") from error
