"""Contact digests, by which a repeat finds the lead."""

import pgtrigger

from migrations_sql.triggers import RuleTrigger


def _note_digests(rows: str) -> str:
    """Return SQL that stores the digests of these leads, a FROM item; a lead without contact details has none."""
    return f"""
        INSERT INTO lead_contact_digests (lead_id, email_digest, phone_digest, created_at)
        SELECT id, hashtextextended(email, 0), hashtextextended(phone, 0), coalesce(created_at, now())
        FROM {rows}
        -- OFFSET, so that each is computed once.
        CROSS JOIN LATERAL (
            SELECT lead_email(contact_email) AS email, lead_phone(contact_phone, postcode) AS phone OFFSET 0
        ) AS contact
        WHERE (contact_email <> '' OR contact_phone <> '') AND (email IS NOT NULL OR phone IS NOT NULL)
        ON CONFLICT (lead_id) DO UPDATE
        SET email_digest = excluded.email_digest, phone_digest = excluded.phone_digest,
            created_at = excluded.created_at;
    """


note_contact_on_insert = RuleTrigger(
    name="note_contact_ins",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="inserted"),
    func=f"""
        {_note_digests("inserted")}
        RETURN NULL;
    """,
)
"""An inserted lead can be found by its contact details, whoever inserts it."""

note_contact_on_update = RuleTrigger(
    name="note_contact_upd",
    when=pgtrigger.After,
    # UPDATE OF these columns: an assignment sets none of them, and costs nothing.
    operation=pgtrigger.UpdateOf("contact_email", "contact_phone", "postcode", "created_at"),
    condition=pgtrigger.Condition(
        "((NEW.contact_email, NEW.contact_phone, NEW.postcode, NEW.created_at) IS DISTINCT FROM"
        " (OLD.contact_email, OLD.contact_phone, OLD.postcode, OLD.created_at))"
    ),
    func=f"""
        DELETE FROM lead_contact_digests WHERE lead_id = OLD.id;
        {_note_digests("(SELECT NEW.*) AS changed")}
        RETURN NULL;
    """,
)
"""A corrected lead is found by its new contact details; nothing is left of an erased one."""

drop_contact_on_delete = RuleTrigger(
    name="drop_contact_del",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Delete,
    referencing=pgtrigger.Referencing(old="deleted"),
    func="""
        DELETE FROM lead_contact_digests AS digest USING deleted WHERE digest.lead_id = deleted.id;
        RETURN NULL;
    """,
)
"""The digests of a deleted lead are deleted."""

CONTACT_TRIGGERS = (note_contact_on_insert, note_contact_on_update, drop_contact_on_delete)

known_digest = RuleTrigger(
    name="known_digest",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    # Depth 0 is a client's own statement; the triggers above write at depth 1.
    condition=pgtrigger.Condition("pg_trigger_depth() = 0"),
    func="""
        IF EXISTS (SELECT FROM lead_contact_digests WHERE lead_id = NEW.lead_id) THEN
            RETURN NULL;
        END IF;
        RETURN NEW;
    """,
)
"""A restore of rows with active triggers finds the digests that came with the leads."""

DIGEST_TRIGGERS = (known_digest,)
