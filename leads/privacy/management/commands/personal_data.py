"""Personal data of one person: `manage.py personal_data export|erase --email ... --phone ... --lead ...`."""

import json
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

import pghistory
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.auth.actors import Actor
from core.violations import ConstraintViolated
from leads.privacy.services.erasure import FoundOther, erase_person
from leads.privacy.services.export import export_person
from leads.privacy.services.persons import Found, NobodyNamed, Person, TooManyLeads, find_person

_MISTAKES = {
    "": "Name somebody: --email, --phone or --lead.",
    "email": "This is no e-mail address.",
    "phone": "This is no phone number. One that is not Dutch needs its country code.",
}


class Command(BaseCommand):
    """Export or erase the personal data."""

    help = "Print every row about a person as JSON, or take out of all rows what says who it was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=("export", "erase"))
        parser.add_argument("--email", default="", help="in any case")
        parser.add_argument("--phone", default="", help="in any writing; without a country code it is Dutch")
        parser.add_argument("--lead", type=UUID, help="id of a lead, of which this alone is known")
        parser.add_argument("--reason", default="", help="of an erasure; kept in the audit, so it names no person")
        parser.add_argument("--noinput", action="store_true", help="erase without asking")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        try:
            person = Person.make(email=options["email"], phone=options["phone"], lead_id=options["lead"])
            if what == "export":
                document = export_person(person, now=timezone.now())
                self.stdout.write(json.dumps(document, ensure_ascii=False, indent=2))
                return
            self._erase(person, reason=options["reason"], ask=not options["noinput"])
        except NobodyNamed as error:
            raise CommandError(_MISTAKES[error.field]) from None
        except TooManyLeads:
            raise CommandError("So many leads have this address or number that it is not one person's.") from None
        except FoundOther:
            raise CommandError("Something else came in meanwhile: nothing was erased. Try again.") from None
        except ConstraintViolated as broken:
            raise CommandError(f"Nothing was erased: {broken.message} ({broken.rule})") from None

    def _erase(self, person: Person, *, reason: str, ask: bool) -> None:
        if not reason.strip():
            raise CommandError("An erasure needs a --reason.")
        found = find_person(person)
        if not found:
            self.stdout.write("Nothing is known of this person.")
            return
        self.stdout.write(_words(found))
        if ask and input("Erase who this was? It cannot be undone. [yes/no] ") != "yes":
            raise CommandError("Nothing was erased.")
        with pghistory.context(command="personal_data erase"):
            erase_person(person, reason=reason, actor=Actor(name="command"), now=timezone.now(), expected=found)
        self.stdout.write("Erased.")


def _words(found: Found) -> str:
    """Return the rows found, by id."""
    lines = [f"lead {lead_id}" for lead_id in found.lead_ids]
    return "\n".join([*lines, *(f"ticket {ticket_id}" for ticket_id in found.ticket_ids)])
