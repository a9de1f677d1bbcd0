"""Common parts of serializers."""

from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from core.api.errors import MOST_FIELDS_NAMED


class StrictInput(serializers.Serializer[Any]):
    """Input that refuses unknown fields: a misspelt one would be silently lost."""

    def to_internal_value(self, data: Any) -> Any:
        value = super().to_internal_value(data)
        unknown = islice((name for name in data if name not in self.fields), MOST_FIELDS_NAMED)
        mistakes = {name: [_("There is no such field.")] for name in unknown}
        if mistakes:
            raise serializers.ValidationError(mistakes)
        return value


class NoInput(StrictInput):
    """A request without a body."""


class ObjectField(serializers.DictField):
    """A JSON object; any other value, in a row older than the rule, is returned as an empty object."""

    def to_representation(self, value: Any) -> dict[str, Any]:
        return super().to_representation(value) if isinstance(value, dict) else {}
