"""The addresses of the product, and one at which something goes wrong."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config import urls
from config.urls import handler400, handler403, handler404, handler500
from tests.browser.pages import FAILING_PATH

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def fail(request: HttpRequest) -> HttpResponse:
    """A fault of ours."""
    raise RuntimeError("This page fails, so that its answer can be looked at.")


urlpatterns = [path(FAILING_PATH.removeprefix("/"), fail), *urls.urlpatterns]
