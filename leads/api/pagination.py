"""Pages of lists that grow at their head: a cursor neither skips nor repeats a row when one is added."""

from datetime import datetime, timedelta
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

    def get_page_size(self, request: Request) -> int | None:
        """How many are asked for, at most `max_page_size`. DRF takes what is no number for nothing at all."""
        size = request.query_params.get(self.page_size_query_param)
        if size is not None and not (size.isdecimal() and size.isascii() and int(size[:9]) > 0):
            raise ValidationError({self.page_size_query_param: [_("Enter a whole number of 1 or more.")]})
        return super().get_page_size(request)

    def decode_cursor(self, request: Request) -> Any:
        """The place that the parameter names. DRF lets a cursor with no time in it through to the database."""
        cursor, is_ours = None, False
        try:
            cursor = super().decode_cursor(request)
            is_ours = cursor is None or cursor.position is None or _is_in_utc(str(cursor.position))
        except (NotFound, ValueError):
            pass
        if not is_ours:
            raise ValidationError({self.cursor_query_param: [_("This is not a cursor of this list.")]})
        return cursor


def _is_in_utc(position: str) -> bool:
    """Whether it is a time as we write it; there are zones that Python knows and PostgreSQL does not."""
    return datetime.fromisoformat(position).utcoffset() == timedelta(0)
