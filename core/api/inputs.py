"""Strict reading of requests: JSON bodies, and serializers that refuse unknown fields.

Django REST framework loads this module while it defines its own views, so nothing here may import those.
"""

import json
from collections.abc import Mapping
from itertools import islice
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

MOST_BYTES = 64 * 1024
"""Maximum bytes of a request: a complete lead in its longest notation has fewer."""


class StrictJSONParser(JSONParser):
    """JSON of at most `MOST_BYTES`, with limited nesting and only whole characters.

    DRF's own parser fails with an error 500 on the last two. A body that is too large is refused before it is read.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        length = (parser_context or {})["request"].META.get("CONTENT_LENGTH") or 0
        if int(length) > MOST_BYTES:
            raise RequestDataTooBig(length)
        try:
            data = super().parse(stream, media_type, parser_context)
            # A lone surrogate, which JSON can contain, can be neither stored nor returned.
            json.dumps(data, ensure_ascii=False).encode()
        except RecursionError:
            raise ParseError(_("The request is nested too deeply.")) from None
        except UnicodeEncodeError:
            raise ParseError(_("The request holds half a character.")) from None
        return data


MOST_FIELDS_NAMED = 20
"""Maximum number of wrong fields that an error names."""


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
