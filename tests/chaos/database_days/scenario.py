"""Bad days of the database, one after the other."""

from collections.abc import Iterator

from tests.chaos.database_days import full_disk, refreshes, summer_time, timeouts
from tests.chaos.scenario import Outcome, Scenario, Sizes
from tests.chaos.stack import Stack


def inject(stack: Stack, sizes: Sizes) -> Iterator[Outcome]:
    """All of them."""
    for day in (refreshes, full_disk, timeouts, summer_time):
        yield from day.inject(stack, sizes)


SCENARIO = Scenario(name="database-days", title="Bad days of the database", inject=inject)
