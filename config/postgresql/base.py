"""The backend in ENGINE: Django's, but new tables are accessible to their owner alone.

This includes the tables of libraries (sessions, logins, tokens), whose migrations we do not control: if default
privileges grant new tables to the web's roles, those could read all of them.
"""

from typing import TYPE_CHECKING

from django.db.backends.postgresql import base
from django.db.models import Model

from migrations_sql.rights import close_relations

if TYPE_CHECKING:
    from django.db.backends.postgresql.schema import DatabaseSchemaEditor as _Editor
else:
    _Editor = base.DatabaseWrapper.SchemaEditorClass


class DatabaseSchemaEditor(_Editor):
    """Schema editor that revokes what default privileges grant to others on a new table."""

    def create_model(self, model: type[Model]) -> None:
        """Create the table and revoke access to it, in one transaction."""
        super().create_model(model)
        if model._meta.managed:
            self.execute(close_relations([model._meta.db_table]), params=None)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL."""

    SchemaEditorClass = DatabaseSchemaEditor
