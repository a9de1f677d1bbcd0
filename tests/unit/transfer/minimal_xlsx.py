"""The smallest spreadsheets that there are, written by hand, so that each can be odd in one way."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from openpyxl.utils.cell import get_column_letter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_APPLICATION = "application/vnd.openxmlformats-officedocument.spreadsheetml"

STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts><font/></fonts><fills><fill><patternFill/></fill></fills>'
    '<borders><border/></borders><cellStyleXfs><xf numFmtId="0"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>'
)
"""Style 1 is a date with a time."""


def sheet(rows: str, *, before: str = "", after: str = "") -> str:
    """A sheet of rows, with what stands before and after them."""
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def inline(text: str, reference: str = "") -> str:
    """A cell with its own text."""
    place = f' r="{reference}"' if reference else ""
    return f'<c{place} t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def row(*cells: str, number: int | None = None) -> str:
    """A row, of cells as they stand."""
    place = "" if number is None else f' r="{number}"'
    return f"<row{place}>{''.join(cells)}</row>"


def text_rows(table: Sequence[Sequence[str]], *, references: bool) -> str:
    """Rows of texts; an empty one has no cell."""
    return "".join(
        row(
            *(
                inline(text, f"{get_column_letter(column)}{number}" if references else "")
                for column, text in enumerate(cells, start=1)
                if text or not references
            ),
            number=number if references else None,
        )
        for number, cells in enumerate(table, start=1)
    )


def package(
    *sheets: str,
    strings: Sequence[str] | None = None,
    states: Sequence[str] = (),
    extra: Mapping[str, str] | None = None,
) -> bytes:
    """A file of these sheets. `extra` are further parts, or others in place of these."""
    numbers = range(1, len(sheets) + 1)
    shown = [*states, *["visible"] * (len(sheets) - len(states))]
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_APPLICATION}.sheet.main+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_APPLICATION}.sharedStrings+xml"/>'
        "</Types>",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(
            f'<sheet name="Blad{number}" sheetId="{number}" state="{shown[number - 1]}" r:id="rId{number}"/>'
            for number in numbers
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
            for number in numbers
        )
        + "</Relationships>",
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">'
        + "".join(item if item.startswith("<si") else f"<si><t>{escape(item)}</t></si>" for item in strings or ())
        + "</sst>",
        **{f"xl/worksheets/sheet{number}.xml": text for number, text in zip(numbers, sheets, strict=True)},
        **(extra or {}),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return packed.getvalue()
