"""URLs of the lead API, below `/api/`."""

from django.urls import path

from core.api import docs, sessions
from leads.api import activities, leads, status

urlpatterns = [
    path("schema/", docs.SchemaView.as_view(), name="api-schema"),
    path("docs/", docs.DocsView.as_view(), name="api-docs"),
    path("auth/login/", sessions.LoginView.as_view(), name="api-login"),
    path("auth/logout/", sessions.LogoutView.as_view(), name="api-logout"),
    path("auth/logout-all/", sessions.LogoutAllView.as_view(), name="api-logout-all"),
    path("leads/", leads.LeadListView.as_view(), name="api-leads"),
    path("leads/<uuid:lead_id>/", leads.LeadView.as_view(), name="api-lead"),
    path("leads/<uuid:lead_id>/accept/", status.AcceptView.as_view(), name="api-lead-accept"),
    path("leads/<uuid:lead_id>/reject/", status.RejectView.as_view(), name="api-lead-reject"),
    path("leads/<uuid:lead_id>/start/", status.StartView.as_view(), name="api-lead-start"),
    path("leads/<uuid:lead_id>/complete/", status.CompleteView.as_view(), name="api-lead-complete"),
    path("leads/<uuid:lead_id>/win/", status.WinView.as_view(), name="api-lead-win"),
    path("leads/<uuid:lead_id>/lose/", status.LoseView.as_view(), name="api-lead-lose"),
    path("leads/<uuid:lead_id>/activities/", activities.ActivityListView.as_view(), name="api-lead-activities"),
]
