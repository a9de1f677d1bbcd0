"""Migration operations for tables that are in use already."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import IntegrityError, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState


class AddConstraintToLiveTable(AddConstraintNotValid):
    """Add a check constraint that binds every new row, and every old one too if all of them meet it.

    Rows that do not meet it stay as they are, and the constraint stays `NOT VALID` until somebody has cleaned them.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Add it `NOT VALID`, then try to validate it."""
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        quote = schema_editor.quote_name
        validate = f"ALTER TABLE {quote(model._meta.db_table)} VALIDATE CONSTRAINT {quote(self.constraint.name)}"
        try:
            with transaction.atomic(using=schema_editor.connection.alias):
                schema_editor.execute(validate)
        except IntegrityError:
            # Rows from before us: the constraint stays NOT VALID.
            return
