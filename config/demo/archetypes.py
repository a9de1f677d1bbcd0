"""Kinds of partners that differ as real ones do, so that every metric has good and bad examples."""

from dataclasses import dataclass
from typing import Literal

Territory = Literal["provinces", "postcodes", "everywhere"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Archetype:
    """Behaviour of one kind of partner. Probabilities are 0-1, times are medians.

    - `count`: number of partners of this kind.
    - `popularity`: number of leads it gets, relative to others that could have had them.
    - `cap`: range of its cap on open leads; None: no cap.
    - `reject`, `ignore`: it rejects a lead; it accepts one and never calls.
    - `contact_minutes`: from the lead to the first contact; `evenings`: it also calls after nine.
    - `further_attempts`: mean number of contacts after the first.
    - `win`: a contacted lead becomes a deal; `decide_days`: from the last contact to the decision.
    - `deal_factor`: value of its deals, relative to others of the trade.
    - `rating`: mean rating of its customers, 1-5; `complaint`: a lead ends in a complaint.
    - `ai_score`: range of the AI's score, where a high one means trust; None: not assessed.
    - `joined_days_ago`, `left_days_ago`: when it began and stopped to accept leads.
    - `slump_days`, `slump_factor`: for this many days it has been slower, and has won less, by that factor.
    """

    name: str
    count: int
    contact_minutes: float
    win: float
    rating: float
    popularity: float = 1.0
    cap: tuple[int, int] | None = (28, 48)
    reject: float = 0.08
    ignore: float = 0.03
    evenings: bool = False
    further_attempts: float = 1.4
    decide_days: float = 5.0
    deal_factor: float = 1.0
    complaint: float = 0.015
    ai_score: tuple[int, int] | None = (45, 85)
    joined_days_ago: int | None = None
    left_days_ago: int | None = None
    slump_days: int = 0
    slump_factor: float = 1.0
    territory: Territory = "provinces"
    trades: tuple[int, int] = (2, 4)

    def works_at(self, age_days: float) -> bool:
        """Return whether it accepted leads this many days ago."""
        return (self.left_days_ago or 0) <= age_days and (
            self.joined_days_ago is None or age_days <= self.joined_days_ago
        )


ARCHETYPES = (
    Archetype(
        name="fast closer", count=6, contact_minutes=14, evenings=True, win=0.46, rating=4.6, popularity=1.4,
        further_attempts=2.2, decide_days=3.5, complaint=0.004, ignore=0.0, reject=0.04, ai_score=(78, 97),
    ),
    Archetype(name="steady", count=12, contact_minutes=190, win=0.28, rating=3.9),
    Archetype(
        name="thorough", count=6, contact_minutes=340, win=0.34, rating=4.4, further_attempts=3.2, decide_days=9.0,
        complaint=0.006, ai_score=(65, 92),
    ),
    Archetype(
        name="slow", count=8, contact_minutes=1_900, win=0.17, rating=3.2, further_attempts=0.7, decide_days=9.0,
        ignore=0.1, complaint=0.04, ai_score=(30, 65), cap=(30, 45),
    ),
    Archetype(
        name="ghost", count=4, contact_minutes=3_600, win=0.12, rating=2.1, further_attempts=0.1, ignore=0.8,
        reject=0.02, complaint=0.11, ai_score=(8, 38), cap=(30, 50),
    ),
    Archetype(
        name="pushy", count=4, contact_minutes=25, evenings=True, win=0.33, rating=2.3, further_attempts=4.0,
        decide_days=4.0, complaint=0.16, ai_score=(35, 60),
    ),
    Archetype(
        name="newcomer", count=4, contact_minutes=80, win=0.3, rating=4.1, popularity=0.7, ai_score=None,
        joined_days_ago=12, cap=(10, 20),
    ),
    Archetype(
        name="premium", count=3, contact_minutes=240, win=0.2, rating=4.5, further_attempts=2.6, decide_days=8.0,
        deal_factor=2.1, reject=0.22, ai_score=(70, 95),
    ),
    Archetype(
        name="full", count=3, contact_minutes=300, win=0.3, rating=4.0, popularity=4.0, cap=(4, 7), reject=0.0,
        decide_days=24.0, further_attempts=1.8,
    ),
    Archetype(name="paused", count=3, contact_minutes=260, win=0.25, rating=3.8, left_days_ago=34),
    Archetype(
        name="specialist", count=3, contact_minutes=95, win=0.4, rating=4.3, popularity=5.0, territory="postcodes",
        trades=(1, 2), ai_score=(60, 90),
    ),
    Archetype(
        name="slipping", count=2, contact_minutes=45, win=0.38, rating=3.9, slump_days=10, slump_factor=0.06,
        ai_score=(55, 75),
    ),
    Archetype(
        name="national", count=2, contact_minutes=420, win=0.22, rating=3.5, popularity=0.2, cap=None,
        territory="everywhere", trades=(0, 0), ai_score=(40, 70),
    ),
)  # fmt: skip
