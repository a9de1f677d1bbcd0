"""One column of a file, and its import rule."""

from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from leads.imports.services.cells import CellError, Kind, read_cell
from leads.imports.services.files import escape, is_shortened, shortened, unescape


class Rule(StrEnum):
    """Condition for importing the cells of a column."""

    ALWAYS = "always"
    ONCE = "once"
    """With a new row only; the value does not change afterwards."""
    LATER = "later"
    """Into an existing row only; a new one does not have it yet."""
    NEVER = "never"
    """Never, because the system maintains it: it is export-only."""
    KEY = "key"
    """As the key of the row; a new row may have an id or none."""


class Column:
    """A column: the type of its cells, and when they are imported.

    `attribute` is the model's, if it is not the column's name; two underscores lead to a related row. `about` describes
    the values for people, where the type does not say enough. `person` marks personal data.
    """

    name: str

    def __init__(
        self,
        *,
        kind: Kind,
        rule: Rule = Rule.ALWAYS,
        attribute: str = "",
        about: Any = "",
        person: bool = False,
    ) -> None:
        self.kind = kind
        self.rule = rule
        self.attribute = attribute
        self.about = about or ("" if rule is Rule.KEY else kind.about)
        self.person = person

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.attribute = self.attribute or name

    def value_of(self, instance: Any) -> Any:
        """Return the row's value; None if a related row is missing."""
        for attribute in self.attribute.split("__"):
            instance = None if instance is None else getattr(instance, attribute)
        return instance

    def export(self, instance: Any) -> Any:
        """Return the cell of this row."""
        value = self.value_of(instance)
        return "" if value is None else self.kind.render(value)

    def text_of(self, instance: Any) -> str:
        """Return the cell of this row as an import would find it."""
        return plain(str(self.export(instance)))

    def store(self, instance: Any, cell: str) -> None:
        """Store the cell in the row if its value differs. Raises `CellError`.

        A cell that means the present value is not a change, however it is written.
        """
        text = plain(cell)
        if is_shortened(text):
            # The spreadsheet holds only the beginning of the text.
            if text != plain(unescape(shortened(escape(self.text_of(instance))))):
                raise CellError(_("The text was shortened by an export: it cannot be changed in a spreadsheet."))
        elif instance._state.adding:  # noqa: SLF001  # documented by Django, in spite of its name
            self._store_new(instance, text)
        elif self.rule not in {Rule.NEVER, Rule.KEY} and text != self.text_of(instance):
            value, current = read_cell(self.kind, text), self.value_of(instance)
            if value == current or (_is_blank(value) and _is_blank(current)):
                return
            if self.rule is Rule.ONCE:
                raise CellError(_("An import cannot change it."))
            setattr(instance, self.attribute, value)

    def _store_new(self, instance: Any, text: str) -> None:
        if not text:
            return
        if self.rule is Rule.NEVER:
            raise CellError(_("The system keeps this column: leave it empty in a new row."))
        if self.rule is Rule.LATER:
            raise CellError(_("A new row has none yet: leave it empty."))
        setattr(instance, self.attribute, self.kind.parse(text))


def _is_blank(value: Any) -> bool:
    """Return whether a cell of this value is empty."""
    return value is None or value in ("", [])


def plain(text: str) -> str:
    """Return the text without what a spreadsheet loses: surrounding space, and the kind of line breaks."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
