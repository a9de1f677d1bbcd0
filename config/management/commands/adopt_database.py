"""`manage.py adopt_database`: adopts the marketplace's database, completely or not at all."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from config.adoption.adopt import (
    Adoption,
    AdoptionIncomplete,
    AdoptionRefused,
    TablesInUse,
    adopt_database,
    adoption_plan,
)
from config.adoption.findings import Inspection
from config.adoption.zones import zone_name


class Command(BaseCommand):
    """Run one adoption, with a confirmation, and print its result."""

    help = "Take over what exists and add the rest, in one transaction. A second run changes nothing."
    requires_migrations_checks = False

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--plan", action="store_true", help="print the SQL and change nothing")
        parser.add_argument("--noinput", action="store_false", dest="ask", help="do not ask before")
        parser.add_argument("--timezone", type=zone_name, metavar="ZONE", help="the zone of times that say none")

    def handle(self, *args: Any, plan: bool, ask: bool, timezone: str | None, **options: Any) -> None:
        try:
            if plan:
                statements = adoption_plan(timezone=timezone)
                self.stdout.write("\n".join(statements) or "-- Nothing is left to do.")
                return
            if ask and not self._agreed():
                raise CommandError("Nothing was changed.")
            self._report(adopt_database(timezone=timezone, on_step=self._say))
        except AdoptionRefused as error:
            raise CommandError(_refusal(error.inspection)) from error
        except TablesInUse as error:
            raise CommandError(
                f"Somebody holds a table ({error}). Nothing was changed; try again when less is going on."
            ) from error
        except AdoptionIncomplete as error:
            raise CommandError(f"This would be missing at the end: {error}. Nothing was changed.") from error
        except DatabaseError as error:
            raise CommandError(f"PostgreSQL says: {str(error).strip()}\nNothing was changed.") from error

    def _agreed(self) -> bool:
        answer = input("Nobody can use the tables while this runs. A backup is at hand? Type yes to go on: ")
        return answer.strip().lower() == "yes"

    def _say(self, what: str) -> None:
        self.stdout.write(f"  {what}")

    def _report(self, adoption: Adoption) -> None:
        if not adoption.changed:
            self.stdout.write("Nothing is left to do.")
            return
        self.stdout.write(f"Done in {adoption.seconds:.1f} s.")
        if adoption.locked:
            self.stdout.write(f"Nobody could use {', '.join(adoption.locked)} for {adoption.locked_seconds:.1f} s.")
        for problem in adoption.inspection.rows:
            examples = ", ".join(problem.examples)
            self.stdout.write(f"{problem.table}: {problem.count:,} that break {problem.rule}, for example {examples}")
        if adoption.inspection.rows:
            self.stdout.write("They are as they were, and cannot be changed until they keep the rule.")


def _refusal(inspection: Inspection) -> str:
    lines = ["Nothing was changed. In the way:"]
    for blocker in inspection.blockers:
        lines += [f"  {blocker.what}", f"    way out: {blocker.way_out}"]
    return "\n".join(lines)
