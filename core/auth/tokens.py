"""Events that revoke the API tokens of a user."""

import pgtrigger

from migrations_sql.triggers import RuleTrigger

end_tokens = RuleTrigger(
    name="end_tokens",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("password", "is_active"),
    condition=pgtrigger.Condition(
        "OLD.password IS DISTINCT FROM NEW.password OR (OLD.is_active AND NOT NEW.is_active)"
    ),
    func="""
        DELETE FROM knox_authtoken WHERE user_id = NEW.id;
        RETURN NULL;
    """,
)
"""Changing a password or deactivating a user revokes the existing tokens.

So does a login that upgrades an old hash: the database cannot distinguish it from a change.
"""
