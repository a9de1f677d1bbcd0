"""Importing and exporting as a browser does."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from tests.factories.pages import inline_parts


def url_of(model: type[Model], page: str) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")


def csv_file(*rows: Sequence[Any], delimiter: str = ",") -> bytes:
    """A CSV file of these rows; the first is the header."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode()


def xlsx_file(*rows: Sequence[Any]) -> bytes:
    """A spreadsheet of these rows."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def preview(client: Client, model: type[Model], data: bytes, *, name: str = "rows.csv") -> Any:
    """The answer to an upload, which has to be a page without anything inline."""
    response = client.post(url_of(model, "import"), {"file": SimpleUploadedFile(name, data)})
    assert response.status_code == 200
    assert inline_parts(response.content.decode()) == []
    return response


def confirm(client: Client, model: type[Model], previewed: Any) -> Any:
    """The answer to the button of a preview."""
    assert previewed.context["upload"], problems(previewed)
    return client.post(url_of(model, "process_import"), {"upload": previewed.context["upload"]})


def imported(client: Client, model: type[Model], data: bytes, *, name: str = "rows.csv") -> Any:
    """Preview and confirm, which has to work."""
    response = confirm(client, model, preview(client, model, data, name=name))
    assert (response.status_code, response["Location"]) == (302, url_of(model, "changelist"))
    return response


def problems(previewed: Any) -> list[tuple[int, str, str]]:
    """What a preview refuses: line, column, message."""
    found = previewed.context.get("problems") or []
    return [(problem.line, problem.column, problem.message) for problem in found]


def refusal(previewed: Any) -> str:
    """Why the file as a whole was refused; empty if it was not."""
    form = previewed.context.get("form")
    return " ".join(form.errors.get("file", [])) if form is not None else ""


def counts(previewed: Any) -> tuple[int, int, int]:
    """New, changed and unchanged rows of a preview."""
    found = previewed.context["counts"]
    return found["new"], found["changed"], found["same"]


def exported(client: Client, model: type[Model], *, query: str = "", kind: str = "csv") -> bytes:
    """The file that an export sends."""
    response = client.post(f"{url_of(model, 'export')}{query}", {"format": kind})
    assert response.status_code == 200
    assert response["Content-Disposition"].endswith(f'.{kind}"'), response.content.decode()[:2000]
    return bytes(response.content)


def records(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def sheet(data: bytes) -> list[dict[str, Any]]:
    """The rows of a spreadsheet; every cell has to be a plain value."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    lines = [list(row) for row in book.worksheets[0].iter_rows()]
    assert {cell.data_type for line in lines for cell in line} <= {"s", "inlineStr", "n"}
    header = [cell.value for cell in lines[0]]
    return [dict(zip(header, [cell.value for cell in line], strict=True)) for line in lines[1:]]
