"""Every URL of the product in one list; each app brings its own part."""

from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("admin/", admin.site.urls),
]
