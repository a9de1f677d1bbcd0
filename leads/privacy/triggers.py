"""Rules for leads with `leads.anonymised_at`, for every writer: nothing identifies the person any more.

So `UPDATE leads SET anonymised_at = now() WHERE ...` is enough; the rules below do the rest, in the same transaction.
Later writes are blanked rather than refused: another application that still has the old row, or logs a call, must not
fail.
"""

import pgtrigger

from leads.privacy.personal_data import LEADS, PERSONAL_TABLES, TEXT_TABLES, PersonalTable
from migrations_sql.triggers import RuleTrigger

_BLANK = " ".join(f"NEW.{column} := {value.format(row='NEW')};" for column, value in LEADS.becomes.items())


def _rid(table: PersonalTable) -> str:
    """Return an SQL statement that removes the person from the table's rows on the lead NEW."""
    if table.is_deleted:
        return f"DELETE FROM {table.name} WHERE {table.lead} = NEW.id;"
    # Includes rows without personal data, so that a row that is just being changed is waited for.
    return f"UPDATE {table.name} AS told SET {table.changes('told')} WHERE told.{table.lead} = NEW.id;"


anonymised_on_insert = RuleTrigger(
    name="anonymised_ins",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    condition=pgtrigger.Condition(f"NEW.anonymised_at IS NOT NULL AND {LEADS.tells_something('NEW')}"),
    func=f"""
        {_BLANK}
        RETURN NEW;
    """,
)
"""A lead inserted as anonymised is stored without the person."""

anonymised_on_update = RuleTrigger(
    name="anonymised_upd",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Condition("OLD.anonymised_at IS NOT NULL OR NEW.anonymised_at IS NOT NULL"),
    func=f"""
        NEW.anonymised_at := coalesce(OLD.anonymised_at, NEW.anonymised_at);
        {_BLANK}
        -- Nobody can be asked any more whether there is still a wish, so nobody gets the lead.
        IF NEW.user_id IS NULL AND NEW.status = 'new' THEN
            NEW.status := 'lost';
        END IF;
        RETURN NEW;
    """,
)
"""An anonymised lead stays so, even if an old row is written back whole, and is not assigned to anybody."""

anonymised_around = RuleTrigger(
    name="anonymised_around",
    when=pgtrigger.After,
    # UPDATE OF this column: any other change of a lead costs nothing.
    operation=pgtrigger.UpdateOf("anonymised_at"),
    condition=pgtrigger.Condition("OLD.anonymised_at IS NULL AND NEW.anonymised_at IS NOT NULL"),
    func=f"""
        -- Who writes about the lead just now holds its key: see `blank_inserted`.
        PERFORM FROM leads WHERE id = NEW.id FOR UPDATE;
        {" ".join(_rid(table) for table in PERSONAL_TABLES if table is not LEADS)}
        RETURN NULL;
    """,
)
"""Personal data in other tables is removed with that of the lead."""

ANONYMISED_TRIGGERS = (anonymised_on_insert, anonymised_on_update, anonymised_around)


def blanking(table: PersonalTable) -> tuple[RuleTrigger, ...]:
    """Return the triggers of a table of texts: a row on an anonymised lead is stored without its text.

    An inserted row holds a key lock on its lead until its transaction ends, at the latest by its foreign key: so either
    the anonymisation sees the row, or the row sees the anonymisation. An updated row needs no more than its own lock
    for that.
    """
    return (
        RuleTrigger(
            name="blank_inserted",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="inserted"),
            declare=[("anonymised", "uuid[]")],
            func=f"""
        SELECT array_agg(id) FILTER (WHERE anonymised_at IS NOT NULL) INTO anonymised
        FROM (
            SELECT id, anonymised_at FROM leads
            WHERE id IN (SELECT {table.lead} FROM inserted WHERE {table.tells_something("inserted")})
            ORDER BY id
            FOR KEY SHARE
        ) AS locked;
        IF anonymised IS NOT NULL THEN
            UPDATE {table.name} AS told SET {table.changes("told")}
            WHERE told.{table.lead} = ANY(anonymised) AND {table.tells_something("told")};
        END IF;
        RETURN NULL;
    """,
        ),
        RuleTrigger(
            name="blank_updated",
            when=pgtrigger.Before,
            operation=pgtrigger.UpdateOf(table.lead, *table.becomes),
            condition=pgtrigger.Condition(table.tells_something("NEW")),
            func=f"""
        IF EXISTS (SELECT FROM leads WHERE id = NEW.{table.lead} AND anonymised_at IS NOT NULL) THEN
            {" ".join(f"NEW.{column} := {value.format(row='NEW')};" for column, value in table.becomes.items())}
        END IF;
        RETURN NEW;
    """,
        ),
    )


BLANKING = {table.name: blanking(table) for table in TEXT_TABLES}
"""Table -> its rules."""
