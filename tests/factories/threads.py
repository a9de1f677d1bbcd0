"""Running the same thing in many threads at the same moment, each with a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

ResultT = TypeVar("ResultT")


def at_once(count: int, work: Callable[[int], ResultT]) -> list[ResultT]:
    """Call `work(0)` to `work(count - 1)` together; return the results in order, or raise what the first one raised."""
    start = Barrier(count)

    def run(number: int) -> ResultT:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
