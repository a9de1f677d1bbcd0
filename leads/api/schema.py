"""What the OpenAPI schema says of answers that many endpoints have in common."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse

from leads.api.errors import ProblemSerializer

_ERRORS = {
    400: "The request has mistakes; `fields` names them.",
    401: "Not signed in, or the token is wrong.",
    403: "Signed in, but not allowed.",
    404: "There is no such thing, or it is somebody else's.",
    405: "This address has no such method.",
    409: "Not in the state that things are in.",
    411: "The request does not say how long it is.",
    413: "The request is too large.",
    415: "The request is not JSON.",
    429: "Too often: `Retry-After` says in how many seconds it may be asked again.",
    422: "The idempotency key was used for another request.",
}


def with_problems(*statuses: int, **answers: Any) -> dict[int, Any]:
    """Answers by status (`ok=...` is 200, `created=...` 201), and these errors next to those that everything has."""
    named = {"ok": 200, "created": 201}
    problems = {
        status: OpenApiResponse(ProblemSerializer, description=_ERRORS[status]) for status in (*statuses, 401, 403)
    }
    return {**{named[name]: answer for name, answer in answers.items()}, **problems}
