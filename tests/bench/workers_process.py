"""The process that `workers.py` starts: `python -m tests.bench.workers_process DATABASE`."""

import json
import os
import sys
from uuid import UUID

import django


def main(database: str) -> None:
    """Read ids of leads, say `ready`, wait for a line, assign the leads one by one, and say `done`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    # Django's models can be imported from here on.
    from router.assignment.service import LeadAssignmentService  # noqa: PLC0415  # as said
    from router.snapshot import load_snapshot  # noqa: PLC0415  # as said
    from tests.bench.databases import use  # noqa: PLC0415  # as said

    service = LeadAssignmentService()
    use(database)
    lead_ids = [UUID(text) for text in json.loads(sys.stdin.readline())]
    # A worker that runs has read the partners already.
    load_snapshot().at(service.clock())
    _say("ready")
    sys.stdin.readline()
    for lead_id in lead_ids:
        service.assign([lead_id], trigger="task")
    _say("done")


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
