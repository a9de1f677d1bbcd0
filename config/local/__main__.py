"""`python -m config.local run`, and `python -m config.local exec -- COMMAND`."""

import argparse
import signal
import subprocess
import sys

from config.local.accounts import NoUnprivilegedAccountError
from config.local.binaries import NoPostgresError
from config.local.database import start_database
from config.local.places import CHECKOUT, PlaceError
from config.local.ports import NoFreePortError
from config.local.postgres import PostgresError
from config.local.processes import running_stack
from config.local.stack import run


def main() -> int:
    """Run the command that the arguments name; its exit code."""
    parser = argparse.ArgumentParser(prog="python -m config.local", description="The stack for a laptop.")
    choices = parser.add_subparsers(dest="choice", required=True)
    choices.add_parser("run", help="start everything, until Ctrl-C")
    execute_parser = choices.add_parser("exec", help="run a command with the database up")
    execute_parser.add_argument("command", nargs="+", help="the command and its arguments, after --")
    arguments = parser.parse_args()
    try:
        return run() if arguments.choice == "run" else execute(arguments.command)
    except (NoUnprivilegedAccountError, NoPostgresError, NoFreePortError, PlaceError, PostgresError) as error:
        print(error, file=sys.stderr)
        return 1


def execute(command: list[str]) -> int:
    """Run the command with the database up, and stop the database if nobody else came to use it. The exit code.

    Raises the errors of `start_database`.
    """
    database = start_database()
    try:
        with subprocess.Popen(command, cwd=CHECKOUT) as process:
            # A Ctrl-C at the terminal reaches the command itself; here it only must not skip the end of the database.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, lambda number, _frame: process.send_signal(number))
            return process.wait()
    finally:
        if database.new and running_stack() is None and not database.is_in_use():
            database.stop()


if __name__ == "__main__":
    sys.exit(main())
