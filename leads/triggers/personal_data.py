"""What holds once `leads.anonymised_at` is set, by whatever writer: nothing tells any more who asked.

So `UPDATE leads SET anonymised_at = now() WHERE ...` is all that it takes; the rules below do the rest, in the same
transaction. What is written is blanked rather than refused: another application that still has the old row, or tells of
a call, must not fail for it.
"""

import pgtrigger

from leads.personal_data import LEADS, PERSONAL_TABLES, TEXT_TABLES, PersonalTable
from migrations_sql.triggers import RuleTrigger

_BLANK = " ".join(f"NEW.{column} := {value.format(row='NEW')};" for column, value in LEADS.becomes.items())


def _rid(table: PersonalTable) -> str:
    """SQL: a statement that takes the person out of what the table says of the lead NEW."""
    if table.is_deleted:
        return f"DELETE FROM {table.name} WHERE {table.lead} = NEW.id;"
    # Also rows that tell nothing: one that is just being changed is waited for.
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
"""A lead that comes in as anonymised is so."""

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
"""An anonymised lead stays so, also when a row that was read before is written back whole, and is given to nobody."""

anonymised_around = RuleTrigger(
    name="anonymised_around",
    when=pgtrigger.After,
    # Named: any other change of a lead pays nothing.
    operation=pgtrigger.UpdateOf("anonymised_at"),
    condition=pgtrigger.Condition("OLD.anonymised_at IS NULL AND NEW.anonymised_at IS NOT NULL"),
    func=f"""
        -- Who writes about the lead just now holds its key: see `blank_inserted`.
        PERFORM FROM leads WHERE id = NEW.id FOR UPDATE;
        {" ".join(_rid(table) for table in PERSONAL_TABLES if table is not LEADS)}
        RETURN NULL;
    """,
)
"""What other tables say of the person goes with what the lead says."""

ANONYMISED_TRIGGERS = (anonymised_on_insert, anonymised_on_update, anonymised_around)


def blanking(table: PersonalTable) -> tuple[RuleTrigger, ...]:
    """Rules for a table of texts: what is written about an anonymised lead is there, without the words.

    A row that comes in holds the key of its lead until its transaction ends, as its foreign key does at the latest: so
    either it is seen by who anonymises the lead, or it sees that this was done. A row that is changed needs no more
    than its own lock for that.
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
