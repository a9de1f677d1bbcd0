"""Routes every waiting lead in one call, with steps at which to kill it: `python -m tests.chaos.batch`."""

import os
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import django
from django.db import connection

from tests.chaos import steps

WORK = "batch"
_POLL_SECONDS = 0.01


def main(assign: Callable[[list[uuid.UUID]], object]) -> None:
    """Have `assign` route what waits in the database that DATABASE_URL names."""
    go = os.environ.get(steps.GO_FILE)
    while go is not None and not Path(go).exists():
        time.sleep(_POLL_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM leads WHERE user_id IS NULL AND status = 'new' ORDER BY created_at, id")
        lead_ids = [row[0] for row in cursor.fetchall()]
    steps.install()
    steps.begin(WORK)
    assign(lead_ids)
    steps.end()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    # Django's models can be imported from here on.
    from router.assignment import LeadAssignmentService

    main(lambda lead_ids: LeadAssignmentService().assign(lead_ids, trigger="sweep", skip_missing=True))
