"""What schemathesis does around each request, loaded by its command (SCHEMATHESIS_HOOKS): who asks, for what, and what
was answered.

Ids that schemathesis makes up name nothing: a run would see 404 and nothing else. Two of three are replaced by one of
the world (`world.py`), each time the next one: a step of a lead can be taken once.
"""

import json
import os
from collections import Counter
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID

import schemathesis
from schemathesis import Case, HookContext
from schemathesis.checks import CheckContext
from schemathesis.core.transport import Response

_ROLE: dict[str, Any] = json.loads(Path(os.environ["FUZZ_ROLE"]).read_text())
_ANSWERS = Path(os.environ["FUZZ_ANSWERS"])
_CODES: dict[str, list[str]] = _ROLE["codes"]
_IDS = {name: cycle(ids) for name, ids in _ROLE["ids"].items()}
_SPARE_TOKENS = cycle(_ROLE["spare_tokens"] or [None])
_numbers: Counter[str] = Counter()


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Sign in, and name something that is there."""
    label = case.operation.label
    _numbers[label] += 1
    if _numbers[label] % 3:
        for parameters in (case.path_parameters, case.query):
            for name in {"lead_id", "partner_id"} & set(parameters or ()):
                if _is_id(parameters[name]):
                    pool = _IDS.get(label) or _IDS[name]
                    parameters[name] = next(_IDS[name] if name == "partner_id" else pool)
    authorization = _authorization(label)
    if authorization is not None:
        case.headers["Authorization"] = authorization


@schemathesis.hook
def after_call(context: HookContext, case: Case[Any], response: Response) -> None:
    """Write down what was answered to what."""
    line = {"label": case.operation.label, "method": case.method.upper(), "status": response.status_code}
    with _ANSWERS.open("a") as file:
        file.write(json.dumps(line) + "\n")


@schemathesis.check
def every_error_is_a_problem(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """An error is JSON in the one shape, with a code of its status; also where nothing is documented (405)."""
    if response.status_code < 400 or case.method.upper() == "HEAD":
        return
    try:
        body = json.loads(response.content)
        is_problem = set(body) >= {"code", "detail", "fields"} and body["code"] in _CODES[str(response.status_code)]
    except (ValueError, TypeError, KeyError):
        is_problem = False
    if not is_problem:
        raise AssertionError(
            f"{response.status_code} {response.headers.get('content-type')}: {response.content[:300]!r}"
        )


def _authorization(label: str) -> str | None:
    said: str | None = _ROLE["authorization"]
    if label == "POST /api/auth/login/":
        said = _ROLE["login"] if _numbers[label] % 3 else None
    elif label in {"POST /api/auth/logout/", "POST /api/auth/logout-all/"} and _ROLE["spare_tokens"]:
        said = next(_SPARE_TOKENS)
    return said


def _is_id(value: object) -> bool:
    try:
        return isinstance(value, str | UUID) and bool(UUID(str(value)))
    except ValueError:
        return False
