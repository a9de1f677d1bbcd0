"""The draft of a policy: the active version with some settings changed, checked as if it were to be saved."""

import math
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from performance.scoring import ScoringSettings, ScoringSettingsError
from router.models import COMPONENT_WEIGHTS, ROUTE_WEIGHTS, RoutingPolicy
from router.queries.policies import route_policy, scoring_settings
from router.scoring import RoutePolicy, RoutePolicyError
from router.services.policies import POLICY_FIELDS, PolicyError

_WEIGHT_SETTINGS = "weights."
_SOME_WEIGHT = {
    ROUTE_WEIGHTS: "routing_policies_some_route_weight",
    COMPONENT_WEIGHTS: "routing_policies_some_component_weight",
}


def draft_of(active: RoutingPolicy, values: Mapping[str, Any]) -> tuple[RoutePolicy, ScoringSettings]:
    """The active policy with these settings, as the two scoring cores take it; nothing is written.

    Values may be text, as a form has them. Raises `PolicyError` for an unknown setting or a value that cannot be saved.
    Asks no database.
    """
    unknown = sorted(set(values) - set(POLICY_FIELDS))
    if unknown:
        raise PolicyError({name: [_("This is not a setting of the routing policy.")] for name in unknown})
    draft = RoutingPolicy(**{name: getattr(active, name) for name in POLICY_FIELDS} | dict(values))
    others = {field.name for field in RoutingPolicy._meta.fields} - set(POLICY_FIELDS)
    try:
        draft.clean_fields(exclude=others)
    except ValidationError as error:
        raise PolicyError(error.message_dict) from error
    # Django takes "nan" for a number between any two others.
    endless = [
        name for name in values if isinstance(getattr(draft, name), float) and not math.isfinite(getattr(draft, name))
    ]
    if endless:
        raise PolicyError({name: [_("Enter a number.")] for name in endless})
    for weights, constraint in _SOME_WEIGHT.items():
        if not any(getattr(draft, name) for name in weights):
            raise PolicyError({name: [_message_of(constraint)] for name in weights})
    try:
        return route_policy(draft), scoring_settings(draft)
    except RoutePolicyError as error:
        raise PolicyError({error.field: [error.message]}) from error
    except ScoringSettingsError as error:
        name = error.field
        if name.startswith(_WEIGHT_SETTINGS):
            name = f"{name.removeprefix(_WEIGHT_SETTINGS)}_weight"
        raise PolicyError({name: [str(error)]}) from error


def _message_of(constraint: str) -> str:
    """What a constraint of the policy says of values that break it."""
    (message,) = [
        str(rule.violation_error_message) for rule in RoutingPolicy._meta.constraints if rule.name == constraint
    ]
    return message
