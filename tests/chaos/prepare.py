"""Migrates a database, adds what the scenarios look at, and prints a token of the API: `python -m tests.chaos.prepare`.

A process of its own, so that the scenarios stay free of Django and can run inside a test session that has another
database.
"""

import os

import django
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection

from tests.chaos.stack import ROLE
from tests.chaos.world import INDUSTRY

HISTORY = """
-- How many open leads a partner had, whenever that changed. The row of the partner is locked by then, and the count
-- sees all who had it before: it is exact at each moment, whatever the counter says.
CREATE TABLE chaos_history (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    partner_id uuid NOT NULL,
    counter integer NOT NULL,
    counted bigint NOT NULL,
    cap integer,
    noted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE FUNCTION chaos_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO chaos_history (partner_id, counter, counted, cap)
    SELECT NEW.id, NEW.open_leads, count(*), NEW.max_open_leads
    FROM leads WHERE user_id = NEW.id AND status IN ('new', 'accepted', 'in_progress');
    RETURN NULL;
END $$;
CREATE TRIGGER chaos_note AFTER UPDATE OF open_leads ON profiles FOR EACH ROW EXECUTE FUNCTION chaos_note();
"""


def main() -> None:
    """Prepare the database that DATABASE_URL names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    call_command("application_role", ROLE, password_variable="CHAOS_PASSWORD", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(HISTORY)
        cursor.execute("INSERT INTO industries (name) VALUES (%s)", [INDUSTRY])
    user = get_user_model().objects.create_superuser("chaos")
    _, token = apps.get_model("knox", "AuthToken")._default_manager.create(user)
    print(token)


if __name__ == "__main__":
    main()
