"""What a scenario is, and what it has to show."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tests.chaos.invariants import Found
from tests.chaos.stack import Stack


class Sizes(StrEnum):
    """How much a scenario does. What that means in numbers stands beside each scenario."""

    FULL = "full"
    SHORT = "short"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One row of the table.

    `fault`: what was done, `injected` how often. `longest_wait_seconds`: of a lead that somebody could take; None: not
    asked. `note`: what else there is to know. `problems`: what went wrong beside the invariants, a sentence each.
    `figures`: further numbers, for the JSON.
    """

    fault: str
    injected: int
    found: Found
    longest_wait_seconds: float | None = None
    note: str = ""
    problems: tuple[str, ...] = field(default=())
    figures: Mapping[str, object] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether all is as it has to be."""
        return self.found.holds and not self.problems


Injection = Callable[[Stack, Sizes], Iterator[Outcome]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Something bad that is done on purpose. `inject` does it, in worlds of its own, and yields a row for each kind."""

    name: str
    title: str
    inject: Injection
