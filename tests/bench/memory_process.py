"""The process that `memory.py` watches: `python -m tests.bench.memory_process DATABASE`. Prints two numbers of MB."""

import json
import os
import re
import resource
import sys
from pathlib import Path

import django


def main(database: str) -> None:
    """Assign every lead of the database that waits; print the peak before and after."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    # Django's models can be imported from here on.
    from router.assignment.service import LeadAssignmentService  # noqa: PLC0415  # as said
    from tests.bench.batch import waiting_leads  # noqa: PLC0415  # as said
    from tests.bench.databases import connect, use  # noqa: PLC0415  # as said

    use(database)
    with connect(database) as session:
        lead_ids = waiting_leads(session)
    before = peak_mb()
    LeadAssignmentService().assign(lead_ids, trigger="sweep")
    sys.stdout.write(json.dumps([before, peak_mb()]))


def peak_mb() -> float:
    """The most memory that this process had so far."""
    status = Path("/proc/self/status")
    if status.exists():
        # Of this program alone; `getrusage` also counts what the parent had when it started it.
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main(sys.argv[1])
