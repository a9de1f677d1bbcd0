"""Pagination of lists that grow at the top: a cursor neither skips nor repeats a row when one is added."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

BAD_CURSOR = {"cursor": ["This is not a cursor of this list."]}
"""Description of an invalid cursor, for the schema."""


class NewestFirst(CursorPagination):
    """Newest first; rows of the same instant in the order of their ids."""

    ordering = ("-created_at", "id")
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_page_size(self, request: Request) -> int | None:
        """Return the requested size, at most `max_page_size`; refuse one that is not a number, which DRF ignores."""
        size = request.query_params.get(self.page_size_query_param)
        if size is not None and not (size.isdecimal() and size.isascii() and int(size[:9]) > 0):
            raise ValidationError({self.page_size_query_param: [_("Enter a whole number of 1 or more.")]})
        return super().get_page_size(request)

    def decode_cursor(self, request: Request) -> Any:
        """Decode the cursor, and refuse one without a valid time, which DRF would pass to the database."""
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
    """Return whether this is a time in our own format; Python knows time zones that PostgreSQL does not."""
    return datetime.fromisoformat(position).utcoffset() == timedelta(0)
