"""Composition root: settings, URLs, Celery and the local stack."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
