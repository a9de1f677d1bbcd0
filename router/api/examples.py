"""Examples of requests and responses of the routing API, for the schema; `examples.json` has their values."""

import json
from pathlib import Path
from typing import Any

from drf_spectacular.utils import OpenApiExample

_EXAMPLES: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("examples.json").read_text("utf-8"))


def _example(name: str, *, is_request: bool = False) -> OpenApiExample:
    example = _EXAMPLES[name]
    return OpenApiExample(
        example["summary"], value=example["value"], request_only=is_request, response_only=not is_request
    )


DECISION = _example("decision")
DEBUG = _example("debug")
RANKING = _example("ranking")
POLICY = _example("policy")
DRAFT = _example("draft", is_request=True)
PREVIEW = _example("preview")
