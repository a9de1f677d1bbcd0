"""URLs of the routing API, below `/api/`."""

from django.urls import path, re_path

from router.api import views

urlpatterns = [
    path("leads/<uuid:lead_id>/assign/", views.AssignView.as_view(), name="api-lead-assign"),
    # With and without the slash, because the form without it has been in use.
    re_path(
        r"^admin/ai-router/performance-debug/?$", views.PerformanceDebugView.as_view(), name="api-performance-debug"
    ),
    re_path(r"^admin/ai-router/ranking/?$", views.RankingView.as_view(), name="api-ranking"),
    re_path(r"^admin/ai-router/policy/?$", views.PolicyView.as_view(), name="api-policy"),
    re_path(r"^admin/ai-router/policy/preview/?$", views.PreviewView.as_view(), name="api-policy-preview"),
]
