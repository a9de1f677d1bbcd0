"""The composition root as a Django app: its commands, database roles after a migration, and records of task runs."""

from typing import Any

from django.apps import AppConfig, apps
from django.core import checks
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class CompositionConfig(AppConfig):
    """App configuration of the composition root."""

    name = "config"

    def ready(self) -> None:
        """Create the roles once the last app has migrated, when all they need exists, and connect the task signals.

        Also make connections read timestamps outside Python's range.
        """
        from config import far_times, safety  # noqa: PLC0415  # models are not ready when this module is read
        from config.observability import task_signals  # noqa: PLC0415  # likewise

        task_signals.connect()
        connection_created.connect(far_times.read_far_times)
        checks.register(safety.check_settings, checks.Tags.security, deploy=True)
        last = [app for app in apps.get_app_configs() if app.models_module is not None][-1]
        post_migrate.connect(_make_roles, sender=last)


def _make_roles(**_signal: Any) -> None:
    from config.database_roles import grant_rights  # noqa: PLC0415  # models are not ready when this module is read
    from config.roles import make_missing_groups  # noqa: PLC0415  # likewise

    make_missing_groups()
    grant_rights()
