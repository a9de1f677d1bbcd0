"""Values that must not appear in a log line. A second line of defence: callers leave personal data out themselves."""

import re
from typing import Any
from uuid import UUID

LEFT_OUT = "[left out]"

NAMES = frozenset(
    {
        *("contact_name", "contact_email", "contact_phone", "message", "description", "company_name"),
        *("email", "e_mail", "phone", "name", "first_name", "last_name", "full_name", "username", "user_name"),
        *(
            "ip",
            "ip_address",
            "remote_addr",
            "user_agent",
            "referer",
            "query",
            "query_string",
            "body",
            "data",
            "payload",
        ),
        *("password", "token", "secret", "authorization", "cookie", "cookies", "session", "headers", "dsn", "url"),
    }
)
"""Names whose values are never logged."""

# PostgreSQL quotes the row, the line of a COPY, the statement or a value behind these words.
_ROW = re.compile(r"\b(?:DETAIL|CONTEXT|QUERY|LINE \d+):.*", re.DOTALL)
_VALUE = re.compile(r"(?<=: )\".*\"(?=\n|$)")
_E_MAIL = re.compile(r"[^\s@<>()\[\]\"',;:=]+@[^\s@<>()\[\]\"',;:=]+\.[a-z]{2,}", re.IGNORECASE)
# Written with a country code or a leading zero; not within a UUID or another word.
_PHONE = re.compile(r"(?<![\w.-])(?:\+[1-9]|00[1-9]|0[1-9])[\d ()-]{6,18}\d(?![\w-])")
_IN_URL = re.compile(r"(?<=://)[^/\s@]*@")


def without_row(text: str) -> str:
    """Return an error's text without what PostgreSQL quotes of the refused row."""
    return _VALUE.sub(LEFT_OUT, _ROW.sub(LEFT_OUT, text))


def without_contacts(text: str) -> str:
    """Return the text without passwords in server URLs, e-mail addresses and phone numbers."""
    if "@" in text:
        text = _E_MAIL.sub("[e-mail]", _IN_URL.sub("", text))
    return _PHONE.sub("[phone]", text)


def left_out(name: str, value: Any) -> Any:
    """Return the value as it may be logged under this name: a number unchanged, anything else as filtered text."""
    if name.lower() in NAMES:
        return LEFT_OUT
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict):
        return {str(key): left_out(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [left_out("", inner) for inner in value]
    # A traceback has been through `without_row`, error by error.
    return without_contacts(str(value) if name == "exception" else without_row(str(value)))
