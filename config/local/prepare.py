"""Preparation of the database, with the demo and a staff login: `python -m config.local.prepare [ROLE]`.

A process of its own, run as the owner of the database: the manager of the stack stays small and free of Django. ROLE is
the role that the application connects as, if it is another.
"""

import hashlib
import os
import secrets
import sys

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.local.environment import write_private
from config.local.login import STAFF_NAME, read_login, write_login
from config.local.places import LOCAL

STATIC_STAMP = LOCAL / "static.stamp"


def main() -> None:
    """Do what is left to do; almost nothing if everything is up to date."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    migrate()
    for role in sys.argv[1:]:
        call_command("application_role", role, verbosity=0)
    collect_static()
    call_command("load_demo", if_empty=True)
    make_staff_login()


def migrate() -> None:
    """Apply the pending migrations."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False)


def collect_static() -> None:
    """Collect, compress and hash the static files as in production, if one of them changed since the last time."""
    stamp = hashlib.sha256(settings.STATIC_ROOT.encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            changed_at = storage.get_modified_time(path)
            stamp.update(f"{path} {storage.size(path)} {changed_at}\n".encode())
    digest = stamp.hexdigest()
    if STATIC_STAMP.exists() and STATIC_STAMP.read_text() == digest:
        return
    print("Collecting the static files.")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    write_private(STATIC_STAMP, digest)


def make_staff_login() -> None:
    """Create a login for this installation, or reset its password; see `login.py`."""
    password = read_login()
    if password is None:
        password = secrets.token_urlsafe(12)
        write_login(password)
    users = get_user_model().objects
    user, _ = users.get_or_create(username=STAFF_NAME)
    if not (user.is_staff and user.is_superuser and user.is_active and user.check_password(password)):
        user.is_staff = user.is_superuser = user.is_active = True
        user.set_password(password)
        user.save()


if __name__ == "__main__":
    main()
