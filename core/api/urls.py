"""URLs of the API's schema, documentation and sessions, below `/api/`."""

from django.urls import path

from core.api import docs, sessions

urlpatterns = [
    path("schema/", docs.SchemaView.as_view(), name="api-schema"),
    path("docs/", docs.DocsView.as_view(), name="api-docs"),
    path("auth/login/", sessions.LoginView.as_view(), name="api-login"),
    path("auth/logout/", sessions.LogoutView.as_view(), name="api-logout"),
    path("auth/logout-all/", sessions.LogoutAllView.as_view(), name="api-logout-all"),
]
