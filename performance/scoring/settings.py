"""Settings of a routing policy for the performance score: weights, prior, and the ends of the curves."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from numbers import Real
from types import MappingProxyType
from typing import Final, NamedTuple, Self, TypeAlias

SettingsDict: TypeAlias = dict[str, float | bool | dict[str, float]]


class ScoringSettingsError(ValueError):
    """A setting is missing, unknown or outside its limits; `field` names it (`weights.deal_rate` for a weight)."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field


class Limits(NamedTuple):
    """Smallest and largest allowed value; if `low_is_allowed` is False, values must be above `low`."""

    low: float
    high: float
    low_is_allowed: bool = True

    def __contains__(self, value: object) -> bool:
        """Return whether a number is finite and within the limits."""
        return (
            isinstance(value, float)
            and math.isfinite(value)
            and self.low <= value <= self.high
            and (self.low_is_allowed or value != self.low)
        )

    def __str__(self) -> str:
        """Return the limits as words for a message."""
        start = f"{self.low:g} or more" if self.low_is_allowed else f"more than {self.low:g}"
        return start if math.isinf(self.high) else f"{start}, and at most {self.high:g}"


WEIGHT_LIMITS: Final = Limits(0.0, math.inf)
SETTING_LIMITS: Final[Mapping[str, Limits]] = MappingProxyType(
    {
        "prior_strength": Limits(0.0, math.inf),
        "prior": Limits(0.0, 100.0),
        "deal_rate_cap": Limits(80.0, 90.0),
        "deal_rate_full": Limits(0.0, 1.0, low_is_allowed=False),
        "complaint_rate_zero": Limits(0.0, 1.0, low_is_allowed=False),
        "deal_value_full": Limits(0.0, math.inf, low_is_allowed=False),
    }
)
"""Limits of the numeric fields of `ScoringSettings`, for validating forms in advance."""


def _number(name: str, value: object, limits: Limits) -> float:
    """Return `value` as a float within `limits`, or raise `ScoringSettingsError` that names the field."""
    if isinstance(value, bool) or not isinstance(value, Real | Decimal):
        raise ScoringSettingsError(name, f"must be a number, not {value!r}")
    try:
        number = float(value)
    except (OverflowError, ValueError) as error:  # an int beyond float64; a signalling NaN
        raise ScoringSettingsError(name, "must be a finite number") from error
    if number not in limits:
        raise ScoringSettingsError(name, f"must be finite, {limits}; not {number!r}")
    return number


def _require_exactly(given: Mapping[str, object], names: tuple[str, ...], *, prefix: str = "") -> None:
    """Raise `ScoringSettingsError` for the first of `names` that is absent, or for the first unknown key."""
    for name in names:
        if name not in given:
            raise ScoringSettingsError(prefix + name, "is missing")
    for key in given:
        if key not in names:
            raise ScoringSettingsError(f"{prefix}{key}", "is unknown")


@dataclass(frozen=True, kw_only=True, slots=True)
class ComponentWeights:
    """Relative weights of the components; only the proportions matter. Finite, 0 or more, not all zero.

    Numbers of any type are accepted (also Decimal, as a database returns them) and stored as float. Raises
    `ScoringSettingsError`. Order and defaults: scoring.md, "Performance score".
    """

    response_speed: float = 25.0
    ai_trust: float = 10.0
    deal_rate: float = 25.0
    follow_up: float = 10.0
    customer_feedback: float = 10.0
    complaints: float = 10.0
    deal_value: float = 5.0
    consistency: float = 5.0

    def __post_init__(self) -> None:
        """Check the eight weights."""
        for name in COMPONENT_NAMES:
            object.__setattr__(self, name, _number(f"weights.{name}", getattr(self, name), WEIGHT_LIMITS))
        if not any(self.as_tuple()):
            raise ScoringSettingsError("weights", "must not all be zero")

    @classmethod
    def from_dict(cls, weights: Mapping[str, float]) -> Self:
        """Build from component name -> weight; all eight must be named, and nothing else."""
        _require_exactly(weights, COMPONENT_NAMES, prefix="weights.")
        return cls(**weights)

    def as_dict(self) -> dict[str, float]:
        """Return component name -> weight, in the order of `COMPONENT_NAMES`."""
        return dict(zip(COMPONENT_NAMES, self.as_tuple(), strict=True))

    def as_tuple(self) -> tuple[float, ...]:
        """Return the eight weights in the order of `COMPONENT_NAMES`."""
        return tuple(getattr(self, name) for name in COMPONENT_NAMES)

    def shares(self) -> tuple[float, ...]:
        """Return weight / sum of weights: eight numbers of 0-1 that add up to 1."""
        # Scaled by a power of two first: exact, and neither a sum of huge weights overflows nor tiny ones vanish.
        exponent = math.frexp(max(self.as_tuple()))[1]
        scaled = [math.ldexp(weight, -exponent) for weight in self.as_tuple()]
        total = math.fsum(scaled)
        return tuple(weight / total for weight in scaled)


COMPONENT_NAMES: Final = tuple(item.name for item in fields(ComponentWeights))
"""The eight components, in the order of docs/scoring.md, "Components"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoringSettings:
    """The fields of a routing policy that shape the performance score. Limits: `SETTING_LIMITS`.

    weights: how much each component counts.
    prior_strength: k, in leads: how many leads of evidence weigh as much as the prior. 0 trusts every metric as it is.
    prior: score (0-100) of a component about which nothing is known.
    deal_rate_cap: the most that the deal rate can earn (80-90).
    deal_rate_full: deal rate (fraction) that would earn 100.
    complaint_rate_zero: complaint rate (fraction) from which on the score is 0.
    deal_value_full: average deal value (euro) from which on the score is 100.
    ai_high_score_is_risk: whether a high AI score means a risky partner rather than a trusted one.

    Raises `ScoringSettingsError`, which names the field. Defaults: docs/scoring.md, "Performance score".
    """

    weights: ComponentWeights = field(default_factory=ComponentWeights)
    prior_strength: float = 5.0
    prior: float = 50.0
    deal_rate_cap: float = 85.0
    deal_rate_full: float = 1.0
    complaint_rate_zero: float = 0.20
    deal_value_full: float = 25_000.0
    ai_high_score_is_risk: bool = False

    def __post_init__(self) -> None:
        """Check every field."""
        if not isinstance(self.weights, ComponentWeights):
            raise ScoringSettingsError("weights", f"must be ComponentWeights, not {self.weights!r}")
        for name, limits in SETTING_LIMITS.items():
            object.__setattr__(self, name, _number(name, getattr(self, name), limits))
        if not isinstance(self.ai_high_score_is_risk, bool):
            raise ScoringSettingsError("ai_high_score_is_risk", f"must be a bool, not {self.ai_high_score_is_risk!r}")

    @classmethod
    def from_dict(cls, settings: Mapping[str, object]) -> Self:
        """Build from the result of `as_dict` (perhaps via JSON); every key is required, and no other is accepted."""
        _require_exactly(settings, tuple(item.name for item in fields(cls)))
        weights = settings["weights"]
        if not isinstance(weights, Mapping):
            raise ScoringSettingsError("weights", f"must be a mapping, not {weights!r}")
        # __post_init__ checks the types of the rest, which a record cannot promise.
        rest: dict[str, object] = {key: value for key, value in settings.items() if key != "weights"}
        return cls(weights=ComponentWeights.from_dict(weights), **rest)  # type: ignore[arg-type]  # checked above

    def as_dict(self) -> SettingsDict:
        """Return plain, JSON-ready values, which a decision record stores for its replay."""
        return asdict(self)
