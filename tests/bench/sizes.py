"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Numbers of rows and of repetitions.

    `backlogs`: numbers of partners, each with a number of leads that wait. `window_leads`: leads of the last 30 days in
    the marketplaces that assign; `refresh_window_leads` and `histories`: in those that refresh, and before them.
    `pairs`: measurements of each side; `batch_pairs`: of whole backlogs; `single_pairs`: of single assignments, which
    take so little time that some of them alone say little.
    """

    backlogs: tuple[tuple[int, int], ...]
    window_leads: int
    pairs: int
    batch_pairs: int
    single_pairs: int
    single_leads: int
    """Single assignments in each of their pairs."""
    refresh_partners: int
    refresh_window_leads: int
    histories: tuple[int, int]
    refresh_memory_leads: int
    """Leads of the last 30 days where the memory of a refresh is measured."""
    activities: int
    activities_per_lead: int


FULL = Sizes(
    backlogs=((1_000, 10_000), (10_000, 100_000)),
    window_leads=20_000,
    pairs=11,
    batch_pairs=3,
    single_pairs=41,
    single_leads=50,
    refresh_partners=10_000,
    refresh_window_leads=100_000,
    histories=(100_000, 1_000_000),
    refresh_memory_leads=1_000_000,
    activities=100_000,
    activities_per_lead=8,
)

QUICK = Sizes(
    backlogs=((50, 300), (200, 300)),
    window_leads=500,
    pairs=1,
    batch_pairs=1,
    single_pairs=1,
    single_leads=5,
    refresh_partners=50,
    refresh_window_leads=1_000,
    histories=(1_000, 10_000),
    refresh_memory_leads=2_000,
    activities=2_000,
    activities_per_lead=8,
)
