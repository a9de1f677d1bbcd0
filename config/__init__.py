"""Composition root: settings, URLs, Celery, and the stack for a laptop."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
