"""Pages of lists that grow at their head: a cursor neither skips nor repeats a row when one is added."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

BAD_CURSOR = {"cursor": ["This is not a cursor of this list."]}
"""For the schema: what is said of one."""


class NewestFirst(CursorPagination):
    """Newest first; rows of the same instant in the order of their ids."""

    ordering = ("-created_at", "id")
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def decode_cursor(self, request: Request) -> Any:
        """The place that the parameter names. DRF lets a cursor with no time in it through to the database."""
        try:
            cursor = super().decode_cursor(request)
            if cursor is not None and cursor.position is not None:
                datetime.fromisoformat(str(cursor.position))
        except (NotFound, ValueError):
            raise ValidationError({self.cursor_query_param: [_("This is not a cursor of this list.")]}) from None
        return cursor
