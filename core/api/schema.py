"""Common parts of the OpenAPI schema: all errors and headers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import status as http

from core.api.errors import ConflictSerializer, ProblemSerializer, problem


@dataclass(frozen=True, slots=True)
class Problem:
    """An error: its status and `code`, when it occurs, and an example.

    `everywhere`: it applies to every endpoint with its status; other errors are named by their endpoints.
    """

    status: int
    code: str
    meaning: str
    detail: str
    fields: Mapping[str, list[str]] = field(default_factory=dict)
    members: Mapping[str, object] = field(default_factory=dict)
    everywhere: bool = True


PROBLEMS = (
    Problem(
        *(400, "invalid", "The request has mistakes; `fields` names them.", "The request has mistakes."),
        fields={"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]},
    ),
    Problem(
        400, "parse_error", "The body is not JSON.", "JSON parse error - Expecting value: line 1 column 1 (char 0)"
    ),
    Problem(
        *(400, "bad_request", "The request did not get as far as an endpoint.", "The request cannot be read."),
        everywhere=False,
    ),
    Problem(401, "not_authenticated", "Not signed in.", "Authentication credentials were not provided."),
    Problem(401, "authentication_failed", "The token is wrong, has ended or was revoked.", "Invalid token."),
    Problem(
        403, "permission_denied", "Signed in, but not allowed.", "You do not have permission to perform this action."
    ),
    Problem(
        *(403, "origin_not_allowed", "A page in a browser asks, from an origin that is not one of the client's."),
        "This client takes no leads from pages of this origin.",
    ),
    Problem(404, "not_found", "There is no such thing, or it is somebody else's.", "There is no such lead."),
    Problem(
        405,
        "method_not_allowed",
        "This address has no such method; `Allow` names those it has.",
        'Method "PUT" not allowed.',
    ),
    Problem(
        406,
        "not_acceptable",
        "The answer is JSON, and `Accept` asks for something else.",
        "Could not satisfy the request Accept header.",
    ),
    Problem(411, "length_required", "The request does not say how long it is.", "Send the length of the request."),
    Problem(413, "too_large", "The request is too large.", "The request is too large."),
    Problem(414, "uri_too_long", "The address has more than 4,094 characters.", "URI Too Long."),
    Problem(
        *(415, "unsupported_media_type", "The body is not sent as `application/json`."),
        'Unsupported media type "text/plain" in request.',
    ),
    Problem(
        *(429, "throttled", "Too often: `Retry-After` says in how many seconds it may be asked again."),
        "Request was throttled. Expected available in 42 seconds.",
    ),
    Problem(
        *(429, "locked_out", "Too many wrong passwords: `Retry-After` says in how many seconds one may try again."),
        "Too many wrong passwords. Try again later.",
        everywhere=False,
    ),
    Problem(
        431, "headers_too_large", "The headers have more than 16,384 characters.", "Request Header Fields Too Large."
    ),
    Problem(
        *(500, "error", "A fault of ours; what was sent may or may not have been done."),
        "Something went wrong on our side.",
        everywhere=False,
    ),
    Problem(
        *(503, "busy", "Others hold what this needs; nothing was changed. `Retry-After` says when to try again."),
        "Others are at work on this. Nothing was changed: try again.",
        everywhere=False,
    ),
)
"""Errors that every app can have, by status; the others are declared where they are raised."""

ALWAYS = (
    http.HTTP_401_UNAUTHORIZED,
    http.HTTP_403_FORBIDDEN,
    http.HTTP_405_METHOD_NOT_ALLOWED,
    http.HTTP_406_NOT_ACCEPTABLE,
    http.HTTP_414_REQUEST_URI_TOO_LONG,
    http.HTTP_429_TOO_MANY_REQUESTS,
    http.HTTP_431_REQUEST_HEADER_FIELDS_TOO_LARGE,
)


def with_problems(
    *problems: int | str | Problem, mistakes: Mapping[str, list[str]] | None = None, **answers: Any
) -> dict[int, Any]:
    """Return responses by status (`ok=...` is 200, `created=...` 201), with the errors of every endpoint added.

    An error is named by its code, or by a status for all common errors of that status; one of the endpoint's own app
    is given whole. `mistakes` are the `fields` in
    the example of an `invalid` request.
    """
    named = {"ok": 200, "created": 201}
    own = [problem for problem in problems if isinstance(problem, Problem)]
    wanted = {*(problem for problem in problems if not isinstance(problem, Problem)), *ALWAYS}
    common = [one for one in PROBLEMS if one.code in wanted or (one.everywhere and one.status in wanted)]
    found: dict[int, list[Problem]] = {}
    for one in sorted((*common, *own), key=lambda one: one.status):
        found.setdefault(one.status, []).append(one)
    return {
        **{named[name]: answer for name, answer in answers.items()},
        **{status: _response(same, mistakes) for status, same in found.items()},
    }


def _response(problems: list[Problem], mistakes: Mapping[str, list[str]] | None) -> OpenApiResponse:
    examples = []
    for one in problems:
        fields = mistakes if mistakes and one.code == "invalid" else one.fields
        value = problem(code=one.code, detail=one.detail, fields=fields) | dict(one.members)
        examples.append(OpenApiExample(one.code, summary=one.meaning, value=value, response_only=True))
    description = "\n".join(f"* `{one.code}`: {one.meaning}" for one in problems)
    shape = ConflictSerializer if problems[0].status == http.HTTP_409_CONFLICT else ProblemSerializer
    return OpenApiResponse(shape, description=description, examples=examples)


_HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-ID": {"description": "The name of this request in our logs.", "schema": {"type": "string"}},
    "WWW-Authenticate": {"description": "How to sign in.", "schema": {"type": "string"}},
    "Allow": {"description": "The methods of this address.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}},
}
_OF_STATUS = {"401": "WWW-Authenticate", "405": "Allow", "429": "Retry-After", "503": "Retry-After"}


def complete_schema(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Complete the schema with what is the same for all endpoints, as drf-spectacular's last step.

    Sets the possible values of each error's `code` to those of its examples, adds the headers of responses, and forbids
    unknown fields in input.
    """
    result["components"]["headers"] = {name: {"required": True, **header} for name, header in _HEADERS.items()}
    for name, schema in result["components"]["schemas"].items():
        if name.endswith("Input"):
            schema["additionalProperties"] = False
    for status, answer in _answers(result):
        # The two are refused before a request gets a name.
        names = ["X-Request-ID"] if status not in {"414", "431"} else []
        names += [_OF_STATUS[status]] if status in _OF_STATUS else []
        answer.setdefault("headers", {}).update({name: {"$ref": f"#/components/headers/{name}"} for name in names})
        if status >= "400":
            content = answer["content"]["application/json"]
            codes = [example["value"]["code"] for example in content["examples"].values()]
            code = {"properties": {"code": {"type": "string", "enum": codes}}}
            content["schema"] = {"allOf": [content["schema"], code]}
    return result


def _answers(result: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each response of each endpoint, with its status."""
    for methods in result["paths"].values():
        for operation in methods.values():
            yield from operation["responses"].items()
