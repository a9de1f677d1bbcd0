"""Every scenario, in the order in which they run."""

from tests.chaos.batches import BATCHES
from tests.chaos.database_days import scenario as database_days
from tests.chaos.fairness import scenario as fairness
from tests.chaos.kills import KILLS
from tests.chaos.messages import BROKER_AWAY, TWICE, TWO_BEATS
from tests.chaos.restarts import POSTGRES, REDIS
from tests.chaos.scenario import Scenario
from tests.chaos.storm import scenario as storm

SCENARIOS: tuple[Scenario, ...] = (
    KILLS,
    BATCHES,
    REDIS,
    POSTGRES,
    BROKER_AWAY,
    TWICE,
    TWO_BEATS,
    database_days.SCENARIO,
    storm.SCENARIO,
    fairness.SCENARIO,
)
