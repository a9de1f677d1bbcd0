"""The sender of e-mails: parsed once, so that every header made from it can be sent."""

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.policy import SMTP

_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sender:
    """`text` is the value for a header and `domain` that of its address; the domain is ASCII in both."""

    text: str
    domain: str


def read_sender(text: str) -> Sender | None:
    """Parse the sender of e-mails; return None if it is not one address, with or without a name."""
    try:
        header = SMTP.header_factory("From", text)
        (found,) = header.addresses
        # The domain as a host name in ASCII, the form that browsers and mail servers use.
        domain = found.domain.encode("idna").decode()
        address = Address(display_name=found.display_name, username=found.username, domain=domain)
    except (ValueError, IndexError, AttributeError):
        return None
    is_plain = found.username.isascii() and found.username and _DOMAIN.fullmatch(domain)
    if header.defects or header.groups[0].display_name is not None or not is_plain:
        return None
    return Sender(text=str(address), domain=domain)
