"""The clocks go forward and back: nothing waits an hour too long, and no day is lost or told twice."""

import json
import sys
from collections.abc import Iterator

from tests.chaos.processes import ProcessFailed
from tests.chaos.scenario import Outcome, Sizes
from tests.chaos.stack import Stack

ZONE = "Europe/Amsterdam"


def inject(stack: Stack, sizes: Sizes) -> Iterator[Outcome]:
    """A row for each change; the server itself is on the clock that changes."""
    for name in ("2026-03-29", "2026-10-25"):
        with stack.world("summer time") as world:
            with world.session() as session:
                session.execute(
                    f"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''{ZONE}''', current_database());"
                    "END $$"
                )
            looking = world.start(
                "looking",
                [sys.executable, "-m", "tests.chaos.database_days.clocks", name],
                # It sets rows on a clock of its own, past all rules, as nobody but a superuser can.
                environment={"TIME_ZONE": ZONE, "DATABASE_URL": world.dsn},
            )
            if looking.wait(seconds=180) != 0:
                raise ProcessFailed(f"Nobody looked at the clocks:\n{looking.said()}")
            seen = json.loads(looking.said(lines=1))
            yield Outcome(
                fault=f"the clocks change on {name}",
                injected=1,
                found=world.check(),
                note=f"{seen['looked_at']} looks; the hourly task after at most {seen['cron_gap_hours']:.0f} h",
                problems=tuple(seen["problems"]),
            )
