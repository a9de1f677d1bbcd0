"""Adoption of a database in one transaction: everything or nothing."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor

from config.adoption.alignment import Step, old_tables
from config.adoption.editor import adopting
from config.adoption.expected import BASELINE
from config.adoption.findings import Direction, Inspection, ScoreDirection, State
from config.adoption.inspection import inspect_within, take_stock
from config.adoption.plan import SESSION, foreign_targets, plan, steps_after, steps_before
from performance.services.refresh import refresh_statistics
from router.services.policies import save_version

LOCK_NOT_AVAILABLE = "55P03"
LOCK_TRIES = 10
LOCK_PAUSE_SECONDS = 0.2

OnStep = Callable[[str], None]


class AdoptionRefused(Exception):
    """Adoption is blocked and nothing was changed. `inspection` names each obstacle and how to remove it."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__("; ".join(blocker.what for blocker in inspection.blockers))
        self.inspection = inspection


class TablesInUse(Exception):
    """Another session holds a table for longer than adoption waits; nothing was changed."""


class StepFailed(DatabaseError):
    """PostgreSQL refused a step for a reason that the inspection does not know; nothing was changed."""


class AdoptionIncomplete(Exception):
    """Something expected is missing at the end; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """Result of an adoption. Nobody could read or write the tables in `locked` for `locked_seconds`."""

    before: State
    inspection: Inspection
    seconds: float
    locked: tuple[str, ...]
    locked_seconds: float

    @property
    def changed(self) -> bool:
        """True if there was anything to do."""
        return self.before != State.ADOPTED


def adoption_plan(*, timezone: str | None = None) -> list[str]:
    """Return the SQL that `adopt_database` would run, and change nothing. Raises `AdoptionRefused`."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        inspection = _inspect(cursor, timezone=timezone)
        if inspection.state == State.ADOPTED:
            return []
        return list(plan(take_stock(cursor), state=inspection.state, timezone=timezone))


def adopt_database(*, timezone: str | None = None, on_step: OnStep | None = None) -> Adoption:
    """Adopt the database that Django is connected to; change nothing if it has been adopted already.

    `timezone` applies to timestamps without a time zone. Raises `AdoptionRefused`, `TablesInUse`, `AdoptionIncomplete`
    or any database error, and has then changed nothing.
    """
    say = on_step or (lambda _: None)
    began = time.monotonic()
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        inspection = _inspect(cursor, timezone=timezone)
        if inspection.state == State.ADOPTED:
            return Adoption(
                before=inspection.state,
                inspection=inspection,
                seconds=time.monotonic() - began,
                locked=(),
                locked_seconds=0.0,
            )
        _run(cursor, SESSION, say=lambda _: None)
        catalog = take_stock(cursor)
        with adopting(catalog):
            executor = MigrationExecutor(connection)
            executor.migrate(foreign_targets(executor))
            locked_from = time.monotonic()
            _run(cursor, steps_before(catalog, state=inspection.state, timezone=timezone), say=say)
            say("run the migrations")
            call_command("migrate", interactive=False, verbosity=0)
        _run(cursor, steps_after(catalog, state=inspection.state), say=say)
        # A new version of the policy replaces the active one in two statements.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        _set_direction(inspection.ai_score, state=inspection.state)
        after = inspect_within(cursor, timezone=timezone)
        if after.state != State.ADOPTED or not after.can_adopt:
            raise AdoptionIncomplete("; ".join(blocker.what for blocker in after.blockers) or after.state)
    locked_seconds = time.monotonic() - locked_from
    _warm_up(say=say)
    return Adoption(
        before=inspection.state,
        inspection=after,
        seconds=time.monotonic() - began,
        locked=tuple(table.name for table in old_tables(catalog)),
        locked_seconds=locked_seconds,
    )


def _inspect(cursor: CursorWrapper, *, timezone: str | None) -> Inspection:
    inspection = inspect_within(cursor, timezone=timezone)
    if not inspection.can_adopt:
        raise AdoptionRefused(inspection)
    return inspection


def _run(cursor: CursorWrapper, steps: Iterable[Step], *, say: OnStep) -> None:
    for step in steps:
        say(step.what)
        for attempt in range(1, LOCK_TRIES + 1):
            try:
                with transaction.atomic():
                    cursor.execute(step.sql)
                break
            except DatabaseError as error:
                if getattr(error.__cause__, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                    raise StepFailed(f"{str(error).strip()} (at the step: {step.what})") from error
                if attempt == LOCK_TRIES:
                    raise TablesInUse(str(error).strip()) from error
                time.sleep(LOCK_PAUSE_SECONDS)


def _set_direction(score: ScoreDirection, *, state: State) -> None:
    """Record in the first policy in use that a high score means risk, if it does."""
    if state == State.LEGACY and score.direction == Direction.RISK:
        reason = f"At the takeover, a high AI score meant a high risk: {score.reason}."
        save_version(values={"ai_high_score_is_risk": True}, reason=reason, user=None)


def _warm_up(*, say: OnStep) -> None:
    """Refresh the planner's and the partners' statistics, so that nobody has to wait for the schedule."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for name in BASELINE:
            say(f"count what is in {name}")
            cursor.execute(f"ANALYZE {quote(name)}")
    say("compute the statistics of the partners")
    refresh_statistics(triggered_by="adopt_database")
