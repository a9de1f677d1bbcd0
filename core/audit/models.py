"""Audit trail: events written by triggers, and models of the audited tables of users and tokens."""

from django.contrib.auth.models import Group, User
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AuthToken

from core.audit import triggers as audit
from core.auth.tokens import end_tokens
from migrations_sql.checks import checks_on


class AuditEvent(models.Model):
    """A row that was inserted, updated or deleted, by any writer.

    `changes` has a list [old, new] for each changed column, and an empty list for one whose values are not recorded.
    `context` is what our own processes report about themselves: `user` (its key) and `url`, `task` or `command`; for an
    erasure also the reason (`erasure`) and who asked for it (`by`).
    """

    class Operation(models.TextChoices):
        """The operation on the row."""

        INSERT = "insert", _("made")
        UPDATE = "update", _("changed")
        DELETE = "delete", _("deleted")
        TRUNCATE = "truncate", _("all rows deleted")

    at = models.DateTimeField(_("time"))
    table_name = models.TextField(_("table"), db_collation="C")
    row_id = models.TextField(_("row"), db_collation="C")
    operation = models.TextField(_("operation"), choices=Operation.choices)
    changes = models.JSONField(_("changes"))
    context = models.JSONField(_("context"), null=True)
    context_id = models.UUIDField(_("request"), null=True)
    database_user = models.TextField(_("database user"))

    class Meta:
        db_table = "audit_events"
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ("-id",)
        default_permissions = ("view",)
        indexes = (
            models.Index("row_id", name="audit_events_row"),
            BrinIndex(fields=("at",), name="audit_events_at"),
        )
        constraints = (*checks_on("audit_events", times=("at",)),)
        triggers = audit.EVENT_TRIGGERS

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id}"


class _Audited:
    """A model of another app, used only for the triggers on its table."""

    proxy = True
    default_permissions = ()


class AuditedToken(AuthToken):  # type: ignore[misc]  # Knox has no types
    """The tokens of the API."""

    class Meta(_Audited):
        triggers = audit.TOKENS.triggers()


class AuditedUser(User):
    """The users."""

    class Meta(_Audited):
        triggers = (*audit.USERS.triggers(), end_tokens)


class AuditedGroup(Group):
    """The groups."""

    class Meta(_Audited):
        triggers = audit.GROUPS.triggers()


class AuditedGroupMember(User.groups.through):  # type: ignore[name-defined,misc]  # made by Django at run time
    """Members of groups."""

    class Meta(_Audited):
        triggers = audit.GROUP_MEMBERS.triggers()


class AuditedGroupPermission(Group.permissions.through):  # type: ignore[name-defined,misc]  # as above
    """Permissions of groups."""

    class Meta(_Audited):
        triggers = audit.GROUP_PERMISSIONS.triggers()


class AuditedUserPermission(User.user_permissions.through):  # type: ignore[name-defined,misc]  # as above
    """Permissions of users, in addition to those of their groups."""

    class Meta(_Audited):
        triggers = audit.USER_PERMISSIONS.triggers()
