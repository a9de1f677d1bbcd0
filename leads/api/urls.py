"""URLs of the lead API, below `/api/`."""

from django.urls import path

from leads.api import activities, leads, status

urlpatterns = [
    path("leads/<uuid:lead_id>/", leads.LeadView.as_view(), name="api-lead"),
    path("leads/<uuid:lead_id>/accept/", status.AcceptView.as_view(), name="api-lead-accept"),
    path("leads/<uuid:lead_id>/reject/", status.RejectView.as_view(), name="api-lead-reject"),
    path("leads/<uuid:lead_id>/start/", status.StartView.as_view(), name="api-lead-start"),
    path("leads/<uuid:lead_id>/complete/", status.CompleteView.as_view(), name="api-lead-complete"),
    path("leads/<uuid:lead_id>/win/", status.WinView.as_view(), name="api-lead-win"),
    path("leads/<uuid:lead_id>/lose/", status.LoseView.as_view(), name="api-lead-lose"),
    path("leads/<uuid:lead_id>/activities/", activities.ActivityListView.as_view(), name="api-lead-activities"),
]
