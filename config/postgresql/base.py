"""The backend of the settings' ENGINE: Django's, whose new tables are their owner's alone.

That takes in the tables of libraries (sessions, logins, tokens), in whose migrations we have no say: where default
privileges give new tables to the roles of the web, all of those would be readable there.
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
    """Django's, which takes from others what default privileges gave them on a table that it made."""

    def create_model(self, model: type[Model]) -> None:
        """Make the table and close it, in one transaction."""
        super().create_model(model)
        if model._meta.managed:
            self.execute(close_relations([model._meta.db_table]), params=None)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL."""

    SchemaEditorClass = DatabaseSchemaEditor
