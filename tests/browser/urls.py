"""The addresses of the product, and some at which something goes wrong."""

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.views.csrf import csrf_failure

from config import urls
from config.urls import handler400, handler403, handler404, handler500
from router.staff.lockout import locked_out_page
from tests.browser.pages import EXPIRED_PATH, FAILING_PATH, LOCKED_OUT, LOCKED_OUT_PATH

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def fail(request: HttpRequest) -> HttpResponse:
    """A fault of ours."""
    raise RuntimeError("This page fails, so that its answer can be looked at.")


def lock_out(request: HttpRequest) -> HttpResponse:
    """What the login page answers to who has just guessed once too often."""
    AccessAttempt.objects.filter(**LOCKED_OUT).update(attempt_time=timezone.now())
    request.META["REMOTE_ADDR"] = LOCKED_OUT["ip_address"]
    AxesProxyHandler.update_request(request)
    response = admin.site.login(request)
    assert isinstance(response, TemplateResponse)
    return locked_out_page(request, response.render(), {"username": LOCKED_OUT["username"]})


urlpatterns = [
    path(FAILING_PATH.removeprefix("/"), fail),
    path(LOCKED_OUT_PATH.removeprefix("/"), lock_out),
    path(EXPIRED_PATH.removeprefix("/"), csrf_failure),
    *urls.urlpatterns,
]
