"""The imports app: rows from files, and back."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Owns no table: files of the admin (CSV, XLSX), and a marketplace's history (COPY)."""

    name = "leads.imports"
