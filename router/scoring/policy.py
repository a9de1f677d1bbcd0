"""The settings of the route score."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Self

_WEIGHTS = ("region_weight", "performance_weight", "fairness_weight")
_MOST_OPEN_LEADS = 2**31 - 1


class RoutePolicyError(ValueError):
    """A route policy that cannot be used; `field` names the invalid setting."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class RoutePolicy:
    """Weights of region, performance and fairness, and related settings.

    - `region_weight`, `performance_weight`, `fairness_weight`: sliders, 0-100 each, not all zero.
    - `priority_points`: points added to the total for each step of a partner's routing priority, 0-1000.
    - `require_regional_match`: exclude partners whose declared territory does not contain the lead.
    - `uncapped_capacity`: number of open leads that stands for "no cap" in the fairness, at least 1.
    - `waiting_full_hours`: hours since the last assignment that earn the full waiting score, at least 0.01.

    Raises `RoutePolicyError` for a value outside its range or of the wrong type.
    """

    region_weight: float = 30.0
    performance_weight: float = 50.0
    fairness_weight: float = 20.0
    priority_points: float = 1.0
    require_regional_match: bool = True
    uncapped_capacity: int = 20
    waiting_full_hours: float = 72.0
    weight_sum: float = field(init=False, repr=False, compare=False)
    """Sum of the three weights, always above 0."""

    def __post_init__(self) -> None:
        for name in _WEIGHTS:
            self._check_number(name, low=0.0, high=100.0)
        if not any(getattr(self, name) for name in _WEIGHTS):
            raise RoutePolicyError("region_weight", "at least one of the three weights must be above 0")
        # The upper and lower limits below keep every total finite and every division without overflow.
        self._check_number("priority_points", low=0.0, high=1000.0)
        self._check_number("waiting_full_hours", low=0.01, high=1e9)
        if not isinstance(self.require_regional_match, bool):
            raise RoutePolicyError("require_regional_match", "must be true or false")
        if not _is_number(self.uncapped_capacity, int):
            raise RoutePolicyError("uncapped_capacity", "must be a whole number")
        if not 1 <= self.uncapped_capacity <= _MOST_OPEN_LEADS:
            raise RoutePolicyError("uncapped_capacity", f"must be from 1 to {_MOST_OPEN_LEADS}")
        weight_sum = self.region_weight + self.performance_weight + self.fairness_weight
        object.__setattr__(self, "weight_sum", weight_sum)

    def _check_number(self, name: str, *, low: float, high: float) -> None:
        value = getattr(self, name)
        if not _is_number(value, int, float):
            raise RoutePolicyError(name, "must be a number")
        if not low <= value <= high:
            raise RoutePolicyError(name, f"must be from {low:g} to {high:g}")
        object.__setattr__(self, name, float(value))

    def as_dict(self) -> dict[str, float | int | bool]:
        """Return every setting by its name, fit for JSON; `from_dict` restores it unchanged."""
        return {name: getattr(self, name) for name in self._names()}

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> Self:
        """Build from the result of `as_dict`. A missing or an unknown setting raises `RoutePolicyError`."""
        names = cls._names()
        for name in names:
            if name not in values:
                raise RoutePolicyError(name, "is missing")
        for name in values:
            if name not in names:
                raise RoutePolicyError(name, "is not a setting of the route policy")
        return cls(**values)  # type: ignore[arg-type]  # each value's type is checked in __post_init__

    @classmethod
    def _names(cls) -> list[str]:
        return [setting.name for setting in fields(cls) if setting.init]


def _is_number(value: object, *kinds: type) -> bool:
    # Python counts booleans as integers.
    return isinstance(value, kinds) and not isinstance(value, bool)
