"""Page for users who are locked out of the login."""

import math
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from rest_framework.status import HTTP_429_TOO_MANY_REQUESTS

from core.auth.lockout import seconds_locked


def locked_out_page(request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None) -> HttpResponse:
    """Return the admin's login page with the end of the lockout; called by axes."""
    seconds = seconds_locked(request, username=(credentials or {}).get("username"))
    page = cast("TemplateResponse", response)  # of AdminSite.login, where alone people sign in
    page.context_data = {**(page.context_data or {}), "locked_minutes": math.ceil(seconds / 60)}
    page.content = page.rendered_content
    page.status_code = HTTP_429_TOO_MANY_REQUESTS
    page["Retry-After"] = str(seconds)
    return page
