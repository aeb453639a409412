"""A mail as RFC 5322 writes it."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from workbench.core.clock import now
from workbench.core.mail import Mail


def message(mail: Mail, sender: str) -> EmailMessage:
    """The message of a mail; `sender` is an address."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = sender, mail.to, mail.subject
    made["Date"] = format_datetime(now())
    made["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    made["Auto-Submitted"] = "auto-generated"  # holiday notes are not sent back
    made.set_content(mail.text)
    return made
