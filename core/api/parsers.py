"""Parsers of request bodies."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
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
