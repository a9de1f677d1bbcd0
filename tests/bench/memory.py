"""How much memory the batch takes, in a process that does nothing else."""

import json
import subprocess
import sys
from collections.abc import Iterator

from tests.bench.batch import backlog
from tests.bench.databases import Databases
from tests.bench.sizes import Sizes
from tests.bench.timing import Figure


def measure(databases: Databases, sizes: Sizes) -> Iterator[Figure]:
    """One figure, for the largest number of partners: the peak, beside the same process before it assigns."""
    partners, leads = max(sizes.backlogs)
    template = backlog(databases, sizes, partners=partners, leads=leads)
    with databases.copy(template) as name:
        command = [sys.executable, "-m", "tests.bench.memory_process", name]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    before, peak = json.loads(done.stdout)
    yield Figure(
        name="memory",
        title=f"peak memory of a process that assigns {leads:,} leads, {partners:,} partners",
        unit="MB",
        ours=peak,
        bare=before,
        ratio=peak / before,
        goal="500 MB",
        note="beside the same process before it assigns",
    )
