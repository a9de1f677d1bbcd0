"""URLs of the ticket API, below `/api/`."""

from django.urls import path

from support.api import views

urlpatterns = [
    path("leads/<uuid:lead_id>/tickets/", views.TicketView.as_view(), name="api-lead-tickets"),
]
