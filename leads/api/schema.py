"""Common parts of the OpenAPI schema: all errors and headers."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import status as http

from leads.api.errors import ConflictSerializer, ProblemSerializer, problem
from leads.api.origins import QUESTION


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
    Problem(
        *(
            409,
            "transition_refused",
            "The lead's status does not allow this; `allowed_actions` names what can be done.",
        ),
        "The lead's status does not allow this.",
        members={"status": "won", "allowed_actions": []},
        everywhere=False,
    ),
    Problem(
        *(409, "invalid_lead", "The lead's row breaks a rule of the database that is younger; `rule` names it."),
        "The row breaks the rule leads_deal_value of the database.",
        members={"rule": "leads_deal_value"},
        everywhere=False,
    ),
    Problem(
        *(409, "invalid_profile", "The same of the row of the lead's partner."),
        "The row breaks the rule profiles_max_open_leads of the database.",
        members={"rule": "profiles_max_open_leads"},
        everywhere=False,
    ),
    Problem(
        *(409, "lead_without_partner", "Nobody has the lead, so there is nobody to rate.", "Nobody has this lead yet."),
        everywhere=False,
    ),
    Problem(409, "lead_rejected", "The lead was rejected.", "This lead was rejected.", everywhere=False),
    Problem(409, "already_rated", "A lead is rated once.", "This lead has its rating.", everywhere=False),
    Problem(411, "length_required", "The request does not say how long it is.", "Send the length of the request."),
    Problem(413, "too_large", "The request is too large.", "The request is too large."),
    Problem(414, "uri_too_long", "The address has more than 4,094 characters.", "URI Too Long."),
    Problem(
        *(415, "unsupported_media_type", "The body is not sent as `application/json`."),
        'Unsupported media type "text/plain" in request.',
    ),
    Problem(
        *(422, "idempotency_key_reused", "The idempotency key was used for another request."),
        "This idempotency key was used for another request.",
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
"""Every error of the API, in the order of the table in `docs/api.md`."""

_ALWAYS = (
    http.HTTP_401_UNAUTHORIZED,
    http.HTTP_403_FORBIDDEN,
    http.HTTP_405_METHOD_NOT_ALLOWED,
    http.HTTP_406_NOT_ACCEPTABLE,
    http.HTTP_414_REQUEST_URI_TOO_LONG,
    http.HTTP_429_TOO_MANY_REQUESTS,
    http.HTTP_431_REQUEST_HEADER_FIELDS_TOO_LARGE,
)


def with_problems(
    *problems: int | str, mistakes: Mapping[str, list[str]] | None = None, **answers: Any
) -> dict[int, Any]:
    """Return responses by status (`ok=...` is 200, `created=...` 201), with the errors of every endpoint added.

    An error is named by its code, or by a status for all common errors of that status. `mistakes` are the `fields` in
    the example of an `invalid` request.
    """
    named = {"ok": 200, "created": 201}
    wanted = {*problems, *_ALWAYS}
    found: dict[int, list[Problem]] = {}
    for problem_ in PROBLEMS:
        if problem_.code in wanted or (problem_.everywhere and problem_.status in wanted):
            found.setdefault(problem_.status, []).append(problem_)
    return {
        **{named[name]: answer for name, answer in answers.items()},
        **{status: _answer(same, mistakes) for status, same in found.items()},
    }


def _answer(problems: list[Problem], mistakes: Mapping[str, list[str]] | None) -> OpenApiResponse:
    examples = []
    for one in problems:
        fields = mistakes if mistakes and one.code == "invalid" else one.fields
        value = problem(code=one.code, detail=one.detail, fields=fields) | dict(one.members)
        examples.append(OpenApiExample(one.code, summary=one.meaning, value=value, response_only=True))
    description = "\n".join(f"* `{one.code}`: {one.meaning}" for one in problems)
    shape = ConflictSerializer if problems[0].status == http.HTTP_409_CONFLICT else ProblemSerializer
    return OpenApiResponse(shape, description=description, examples=examples)


_DESCRIPTION = """
Leads, their partners, and why a lead went to whom.

**Who asks.** `Authorization: Token <token>`. People get a token at `/api/auth/login/`, intake clients from the admin.

**Errors** are JSON in one shape: `code` for programs, `detail` for people, in the language of `Accept-Language`, and
`fields`. Each answer lists its codes; a fault of ours is 500 with the code `error`.

**Lists** come in pages, newest first: follow `next` until it is null.

**`X-Request-ID`** of an answer stands in our logs: name it when you ask for help.

**Versions.** A field, a code or an endpoint may be added at any time; nothing is taken away or changes its meaning
within a version.
"""

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
    result["info"]["description"] = _DESCRIPTION.strip()
    _add_question(result["paths"][reverse("api-leads")])
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


def _add_question(methods: dict[str, Any]) -> None:
    """Add OPTIONS, which drf-spectacular leaves out; without a preflight's headers it is not allowed."""
    question: dict[str, Any] = deepcopy(QUESTION)
    answers = methods["post"]["responses"]
    question["responses"].update({status: deepcopy(answers[status]) for status in map(str, _ALWAYS)})
    methods["options"] = question


def _answers(result: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each response of each endpoint, with its status."""
    for methods in result["paths"].values():
        for operation in methods.values():
            yield from operation["responses"].items()
