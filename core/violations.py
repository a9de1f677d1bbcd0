"""Rows that the database refuses to change.

A row may be older than a check constraint and violate it, as in an adopted database. PostgreSQL then refuses every
change of the row, whatever the change is about. Models declare with `explain_violations` that people are told why.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from django.db import IntegrityError, models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from psycopg.errors import CheckViolation

ModelT = TypeVar("ModelT", bound=type[models.Model])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Explained:
    model: type[models.Model]
    code: str
    messages: Mapping[str, Promise]


_EXPLAINED: dict[str, _Explained] = {}
"""By table."""


def explain_violations(*, code: str, messages: Mapping[str, Promise] | None = None) -> Callable[[ModelT], ModelT]:
    """Return a decorator for a model whose violated check constraints become `ConstraintViolated`.

    `code` is the API's error code. `messages` describes rules, by name, that triggers enforce in the form of a check
    violation; constraints of the model have their own message.
    """

    def decorate(model: ModelT) -> ModelT:
        _EXPLAINED[model._meta.db_table] = _Explained(model=model, code=code, messages=messages or {})
        return model

    return decorate


class ConstraintViolated(Exception):
    """A row of `table` violates the check constraint `rule`, and cannot be changed until it is corrected."""

    def __init__(self, *, table: str, rule: str) -> None:
        super().__init__(f"{table}: {rule}")
        self.table = table
        self.rule = rule

    @property
    def code(self) -> str:
        """The API's error code for rows of this table."""
        return _EXPLAINED[self.table].code

    @property
    def message(self) -> str:
        """Description of the rule for people; for a rule that is not ours, its name."""
        explained = _EXPLAINED[self.table]
        if self.rule in explained.messages:
            return str(explained.messages[self.rule])
        for constraint in explained.model._meta.constraints:
            if constraint.name == self.rule:
                return str(constraint.get_violation_error_message())
        return _("The row breaks the rule %(rule)s of the database.") % {"rule": self.rule}


@contextmanager
def translate_check_violations() -> Iterator[None]:
    """Raise `ConstraintViolated` if a check constraint of an explained model refuses a row; wraps a transaction."""
    try:
        yield
    except IntegrityError as error:
        cause = error.__cause__
        if not isinstance(cause, CheckViolation) or cause.diag.table_name not in _EXPLAINED:
            raise
        raise ConstraintViolated(table=cause.diag.table_name, rule=cause.diag.constraint_name or "") from error
