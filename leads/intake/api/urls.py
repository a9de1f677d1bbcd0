"""URL of the intake, below `/api/`."""

from django.urls import path

from leads.intake.api.views import IntakeView

urlpatterns = [path("leads/", IntakeView.as_view(), name="api-leads")]
