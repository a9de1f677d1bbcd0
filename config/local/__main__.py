"""Command line of the local stack: `python -m config.local run`, `... exec -- COMMAND`, and `... postgres`."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from config.local.accounts import NoUnprivilegedAccountError, server_account
from config.local.binaries import NoPostgresError, find_binaries
from config.local.database import start_database
from config.local.places import CHECKOUT, PlaceError
from config.local.ports import NoFreePortError
from config.local.postgres import PostgresError
from config.local.processes import running_stack
from config.local.stack import run


def main() -> int:
    """Run the command that the arguments name and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m config.local", description="The stack for a laptop.")
    choices = parser.add_subparsers(dest="choice", required=True)
    choices.add_parser("run", help="start everything, until Ctrl-C")
    execute_parser = choices.add_parser("exec", help="run a command with the database up")
    execute_parser.add_argument("command", nargs="+", help="the command and its arguments, after --")
    choices.add_parser("postgres", help="say which PostgreSQL would be run; fails if there is none")
    arguments = parser.parse_args()
    try:
        match arguments.choice:
            case "run":
                return run()
            case "exec":
                return execute(arguments.command)
            case _:
                return show_postgres()
    except (NoUnprivilegedAccountError, NoPostgresError, NoFreePortError, PlaceError, PostgresError) as error:
        print(error, file=sys.stderr)
        return 1


def execute(command: list[str]) -> int:
    """Run the command with the database up, as its owner, and return the exit code.

    Stops the database unless somebody else uses it by then.

    Raises the errors of `start_database`.
    """
    database = start_database()
    try:
        environment = {**os.environ, "DATABASE_URL": database.owner_url}
        with subprocess.Popen(command, cwd=CHECKOUT, env=environment) as process:
            # A Ctrl-C at the terminal reaches the command itself; here it must only not skip stopping the database.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, lambda number, _frame: process.send_signal(number))
            return process.wait()
    finally:
        if database.new and running_stack() is None and not database.is_in_use():
            database.stop()


def show_postgres() -> int:
    """Print the PostgreSQL that would be used here and return the exit code. Raises NoPostgresError."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        binaries = find_binaries(account=server_account(), copies=Path(folder))
    print(f"PostgreSQL {binaries.major}.{binaries.minor}, {binaries.source}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
