"""API documentation at `/api/schema/` and `/api/docs/`, for signed-in users but not for page clients."""

from django.contrib.auth.views import redirect_to_login
from django.http.response import HttpResponseBase
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from core.api.permissions import NoPage


class SchemaView(SpectacularJSONAPIView):
    """The OpenAPI schema, as JSON."""

    permission_classes = (IsAuthenticated, NoPage)
    http_method_names = ["get", "head"]


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI under a strict Content-Security-Policy: its script is a separate request, its style a file."""

    permission_classes = (IsAuthenticated, NoPage)
    http_method_names = ["get", "head"]
    url_name = "api-schema"
    template_name = "core/api_docs.html"

    def handle_exception(self, exc: Exception) -> Response | HttpResponseBase:  # type: ignore[override]  # a page for people: it sends them to sign in
        if isinstance(exc, NotAuthenticated):
            return redirect_to_login(self.request.get_full_path())
        return super().handle_exception(exc)
