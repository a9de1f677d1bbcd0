"""One column of a file, and its import rule."""

from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from import_export.fields import Field

from leads.imports.services.cells import REFUSED, CellError, Kind
from leads.imports.services.escaping import escape, unescape
from leads.imports.services.shortening import is_shortened, shortened


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


class Column(Field):  # type: ignore[misc]  # the package has no types
    """A column: the type of its cells, and when they are imported.

    `about` describes the values for people, where the type does not say enough. `person` marks personal data.
    """

    def __init__(
        self,
        *,
        kind: Kind,
        rule: Rule = Rule.ALWAYS,
        attribute: str | None = None,
        about: Any = "",
        person: bool = False,
    ) -> None:
        super().__init__(attribute=attribute, readonly=rule is Rule.NEVER)
        self.kind = kind
        self.rule = rule
        self.about = about or ("" if rule is Rule.KEY else kind.about)
        self.person = person

    def export(self, instance: Any, **kwargs: Any) -> Any:
        """Return the cell of this row."""
        value = self.get_value(instance)
        return "" if value is None else self.kind.render(value)

    def save(self, instance: Any, row: Any, is_m2m: Any = False, **kwargs: Any) -> None:  # noqa: FBT002  # the parent's
        """Store the cell in the row if its value differs. Raises `CellError`.

        A cell that means the present value is not a change, however it is written.
        """
        text = plain(row[self.column_name])
        if is_shortened(text):
            self._refuse_unless_unchanged(instance, text)
            return
        adding = instance._state.adding  # noqa: SLF001  # documented by Django, in spite of its name
        if adding:
            self._save_new(instance, text)
            return
        if self.rule in {Rule.NEVER, Rule.KEY} or text == plain(str(self.export(instance))):
            return
        if not text and self.kind.empty is REFUSED:
            raise CellError(_("It cannot be empty."))
        value = self.kind.parse(text) if text else self.kind.empty
        current = self.get_value(instance)
        if value == current or (_is_blank(value) and _is_blank(current)):
            return
        if self.rule is Rule.ONCE:
            raise CellError(_("An import cannot change it."))
        setattr(instance, self.attribute, value)

    def _refuse_unless_unchanged(self, instance: Any, text: str) -> None:
        """Keep a text if the spreadsheet holds only its beginning."""
        if text != plain(unescape(shortened(escape(plain(str(self.export(instance))))))):
            raise CellError(_("The text was shortened by an export: it cannot be changed in a spreadsheet."))

    def _save_new(self, instance: Any, text: str) -> None:
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
