"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Numbers of rows and of repetitions.

    `leads`: the backlog of the batch. `window_leads`: leads of the last 30 days in the marketplaces that assign;
    `refresh_window_leads` and `histories`: in those that refresh, and before them. `pairs`: measurements of each side.
    """

    partners: tuple[int, ...]
    leads: int
    window_leads: int
    pairs: int
    single_leads: int
    """Single assignments in each of the pairs."""
    refresh_partners: int
    refresh_window_leads: int
    histories: tuple[int, int]
    activities: int
    activities_per_lead: int


FULL = Sizes(
    partners=(1_000, 10_000),
    leads=10_000,
    window_leads=20_000,
    pairs=5,
    single_leads=50,
    refresh_partners=10_000,
    refresh_window_leads=100_000,
    histories=(100_000, 1_000_000),
    activities=100_000,
    activities_per_lead=8,
)

QUICK = Sizes(
    partners=(50, 200),
    leads=300,
    window_leads=500,
    pairs=1,
    single_leads=5,
    refresh_partners=50,
    refresh_window_leads=1_000,
    histories=(1_000, 10_000),
    activities=2_000,
    activities_per_lead=8,
)
