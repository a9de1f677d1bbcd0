"""The written contract: whole, with examples that keep it, and without a warning."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from jsonschema import Draft4Validator, FormatChecker  # type: ignore[import-untyped]  # has no types

from tests.problems import PROBLEMS

ROOT = Path(__file__).resolve().parents[2]
FORMATS = FormatChecker(["uuid", "email"])


@FORMATS.checks("date-time", raises=ValueError)  # type: ignore[untyped-decorator]  # likewise
def is_time(value: object) -> bool:
    """Whether it is a time that has its zone."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The schema, as the command writes it that also finds what is wrong with it."""
    file = tmp_path_factory.mktemp("schema") / "schema.json"
    call_command("spectacular", validate=True, fail_on_warn=True, format="openapi-json", file=str(file))
    written: dict[str, Any] = json.loads(file.read_text())
    return written


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation, by its name."""
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def bodies(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each body of a request or an answer: where it is, its schema and its examples."""
    for name, operation in operations(schema):
        parts = {"request": operation.get("requestBody", {}), **operation["responses"]}
        for part, description in parts.items():
            for media_type, content in description.get("content", {}).items():
                yield f"{name} {part} {media_type}", content


def answers(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each answer: of which operation, its status, what is said of it."""
    for name, operation in operations(schema):
        for status, answer in operation["responses"].items():
            yield name, status, answer


def with_nulls(part: Any) -> Any:
    """OpenAPI 3.0 in the words of JSON Schema, which says `nullable` in another way."""
    if isinstance(part, list):
        return [with_nulls(one) for one in part]
    if not isinstance(part, dict):
        return part
    plain = {name: with_nulls(value) for name, value in part.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if part.get("nullable") is True else plain


def test_every_operation_says_what_it_is(schema: dict[str, Any]) -> None:
    summaries = [operation.get("summary") for _, operation in operations(schema)]

    assert all(summaries)
    assert len(set(summaries)) == len(summaries) > 20
    assert all(operation["description"] for _, operation in operations(schema))


def test_every_body_has_an_example_that_is_valid(schema: dict[str, Any]) -> None:
    components = with_nulls(schema["components"])
    wrong = []
    for place, content in bodies(schema):
        validator = Draft4Validator(with_nulls(content["schema"]) | {"components": components}, format_checker=FORMATS)
        examples = content.get("examples", {})
        wrong += [] if examples else [f"{place}: no example"]
        for name, example in examples.items():
            wrong += [f"{place} {name}: {error.message}" for error in validator.iter_errors(example["value"])]

    assert wrong == []


def test_an_example_with_a_mistake_would_be_found(schema: dict[str, Any]) -> None:
    content = schema["paths"]["/api/leads/{lead_id}/"]["get"]["responses"]["200"]["content"]["application/json"]
    ((_, example),) = content["examples"].items()
    validator = Draft4Validator(
        with_nulls(content["schema"]) | {"components": with_nulls(schema["components"])}, format_checker=FORMATS
    )

    for change in ({"id": "no uuid"}, {"status": "unknown"}, {"repeats": None}):
        assert list(validator.iter_errors(example["value"] | change)), change


def test_every_error_names_its_codes(schema: dict[str, Any]) -> None:
    by_code = {problem.code: problem for problem in PROBLEMS}
    for name, status, answer in answers(schema):
        if status < "400":
            continue
        content = answer["content"]["application/json"]
        codes = content["schema"]["allOf"][1]["properties"]["code"]["enum"]
        assert codes == [example["value"]["code"] for example in content["examples"].values()], (name, status)
        assert [by_code[code].status for code in codes] == [int(status)] * len(codes), (name, status)
        assert all(f"`{code}`" in answer["description"] for code in codes), (name, status)


def test_what_every_operation_can_answer_is_said_of_every_operation(schema: dict[str, Any]) -> None:
    for name, operation in operations(schema):
        if name.startswith("OPTIONS"):
            continue
        wanted = {"401", "403", "405", "406", "414", "429", "431"}
        if name.startswith("POST") and "/auth/" not in name:
            wanted |= {"400", "411", "413", "415"}
        assert wanted <= set(operation["responses"]), name


def test_headers_are_written_down(schema: dict[str, Any]) -> None:
    for name, status, answer in answers(schema):
        wanted = set() if status in {"414", "431"} else {"X-Request-ID"}
        wanted |= {"401": {"WWW-Authenticate"}, "405": {"Allow"}, "429": {"Retry-After"}}.get(status, set())
        assert wanted <= set(answer["headers"]), (name, status)
    intake = schema["paths"]["/api/leads/"]["post"]
    assert "Idempotency-Key" in {parameter["name"] for parameter in intake["parameters"]}
    assert {"Idempotency-Replayed", "Location", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers"} <= set(
        intake["responses"]["201"]["headers"]
    )
    question = schema["paths"]["/api/leads/"]["options"]["responses"]["204"]
    assert {"Access-Control-Allow-Methods", "Access-Control-Max-Age"} <= set(question["headers"])


def test_who_asks_and_how_lists_go_on_is_written_down(schema: dict[str, Any]) -> None:
    assert set(schema["components"]["securitySchemes"]) == {"basicAuth", "cookieAuth", "knoxApiToken"}
    for name, operation in operations(schema):
        assert operation["security"], name
    listed = schema["paths"]["/api/leads/"]["get"]
    assert {"cursor", "page_size"} <= {parameter["name"] for parameter in listed["parameters"]}
    assert all(parameter.get("description") for parameter in listed["parameters"])


def test_every_error_of_the_guide_is_one_of_the_product_and_the_other_way_round() -> None:
    rows = re.findall(r"^\| (\d{3}) \| `(\w+)` \|", (ROOT / "docs" / "api.md").read_text(), re.MULTILINE)

    assert [(int(status), code) for status, code in rows] == [(problem.status, problem.code) for problem in PROBLEMS]


def test_every_endpoint_stands_in_the_guide(schema: dict[str, Any]) -> None:
    guide = (ROOT / "docs" / "api.md").read_text()

    assert [name for name, _ in operations(schema) if f"`{name}`" not in guide] == []
