"""URLs of the pages for staff."""

from django.urls import path

from router.staff import views

app_name = "staff"

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("ai-router/performance/<uuid:partner_id>/", views.performance, name="performance"),
    path("ai-router/leads/<uuid:lead_id>/", views.lead, name="lead"),
    path("ai-router/decisions/<int:decision_id>/", views.decision, name="decision"),
    path("ai-router/decisions/<int:decision_id>/replay/", views.decision_replay, name="decision-replay"),
]
