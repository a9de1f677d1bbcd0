"""Reading request bodies."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

MOST_BYTES = 64 * 1024
"""Of a request: a lead with all that it may say, written in the longest way, has less."""


class StrictJSONParser(JSONParser):
    """JSON of at most `MOST_BYTES` that is not nested without end and holds whole characters.

    Over the last two, DRF's own ends in an error 500. What is too large is refused before it is read.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        length = (parser_context or {})["request"].META.get("CONTENT_LENGTH") or 0
        if int(length) > MOST_BYTES:
            raise RequestDataTooBig(length)
        try:
            data = super().parse(stream, media_type, parser_context)
            # Half a character, as JSON can write one, can be neither stored nor named in an answer.
            json.dumps(data, ensure_ascii=False).encode()
        except RecursionError:
            raise ParseError(_("The request is nested too deeply.")) from None
        except UnicodeEncodeError:
            raise ParseError(_("The request holds half a character.")) from None
        return data
