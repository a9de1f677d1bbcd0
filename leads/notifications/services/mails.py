"""Delivery of an e-mail by the configured mail server."""

import smtplib
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage

from leads.notifications.services.errors import Error, NotDelivered


@dataclass(frozen=True, slots=True)
class Mail:
    """A plain-text e-mail."""

    subject: str
    body: str


def send(mail: Mail, *, to: str, message_id: UUID) -> None:
    """Send the e-mail, with the same id as its `Message-ID` at each attempt. Raises `NotDelivered`."""
    headers = {"Message-ID": f"<{message_id}@{settings.MAIL_DOMAIN}>", "Auto-Submitted": "auto-generated"}
    try:
        EmailMessage(subject=mail.subject, body=mail.body, to=[to], headers=headers).send()
    except smtplib.SMTPResponseException as error:
        raise NotDelivered(Error.MAIL, status_code=error.smtp_code) from error
    except smtplib.SMTPException as error:
        raise NotDelivered(Error.MAIL) from error
    except OSError as error:
        raise NotDelivered(Error.CONNECTION) from error
