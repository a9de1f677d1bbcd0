"""Every URL of the product in one list; each app contributes its own."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.i18n import JavaScriptCatalog

from config.observability import health
from config.observability.metrics import metrics
from core.api.errors import nothing_here
from router.staff import views as staff

urlpatterns = [
    path("", staff.home, name="home"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics, name="metrics"),
    # Before Django's own, which serves only its own catalog: translations for the admin's scripts.
    path("admin/jsi18n/", JavaScriptCatalog.as_view(packages=["django.contrib.admin", "router"]), name="admin-words"),
    path("admin/", admin.site.urls),
    path("staff/", include("router.staff.urls")),
    path("api/", include("core.api.urls")),
    path("api/", include("leads.api.urls")),
    path("api/", include("leads.intake.api.urls")),
    path("api/", include("feedback.api.urls")),
    path("api/", include("support.api.urls")),
    path("api/", include("router.api.urls")),
    # Last: without it, a POST to an address that lacks its slash would be redirected and arrive as a GET.
    re_path(r"^api/(?P<rest>.*)$", nothing_here, name="api-nothing"),
]

handler400 = "core.api.errors.bad_request"
handler403 = "core.api.errors.permission_denied"
handler404 = "core.api.errors.page_not_found"
handler500 = "core.api.errors.server_error"
