"""Addresses of the pages for staff."""

from django.urls import path

from router.staff import views

app_name = "staff"

urlpatterns = [
    path("performance/<uuid:partner_id>/", views.performance, name="performance"),
    path("leads/<uuid:lead_id>/", views.lead, name="lead"),
]
