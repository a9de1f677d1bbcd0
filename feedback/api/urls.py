"""URLs of the feedback API, below `/api/`."""

from django.urls import path

from feedback.api import views

urlpatterns = [
    path("leads/<uuid:lead_id>/feedback/", views.FeedbackView.as_view(), name="api-lead-feedback"),
]
