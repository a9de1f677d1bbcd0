"""Command that creates the application's database role."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.database_roles import RoleRefused, make_application_role


class Command(BaseCommand):
    """Command `application_role NAME [--password-variable VARIABLE]`; run it as the owner of the tables."""

    help = (
        "Make a role that owns nothing, with the rights that the application needs, or give these to a role that is "
        "there. It has them again after every migration."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("name", help="name of the role")
        parser.add_argument(
            "--password-variable",
            metavar="VARIABLE",
            help="variable of the environment with its password (default: the password stays as it is)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Create the role."""
        password = None
        if options["password_variable"] is not None:
            password = os.environ.get(options["password_variable"])
            if not password:
                raise CommandError(f"The variable {options['password_variable']} is not set.")
        try:
            make_application_role(name=options["name"], password=password)
        except RoleRefused as refused:
            raise CommandError(str(refused)) from refused
        if options["verbosity"]:
            self.stdout.write(f"The application can connect as {options['name']}.")
