"""What core knows of mail: what one says, and who delivers it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from .errors import Invalid


def address(text: str) -> str:
    """One mail address in the form in which it is sent to.

    Raises:
        Invalid: it is none, or more than one, or has control characters.
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(text, check_deliverability=False, globally_deliverable=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise Invalid(
            f"This is no mail address: {error}", fix="Write it like ann@example.org.", code="bad_address"
        ) from None
    return found.ascii_email or found.normalized


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one person; what it says may be a secret, such as a link that is good once."""

    to: str
    subject: str
    text: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what could add a header or a recipient.

        Raises:
            Invalid: the address is none, or the subject is not one printable line.
        """
        object.__setattr__(self, "to", address(self.to))
        if not self.subject.isprintable():
            raise Invalid("The subject of a mail is one line of printable text.", code="bad_subject")


class Mailer(Protocol):
    """Delivers mail; `reaches_people` is False where it only keeps it."""

    reaches_people: ClassVar[bool]

    def send(self, mail: Mail) -> None:
        """Deliver a mail.

        Raises:
            Unavailable: it was not delivered; the error does not repeat what the mail says.
        """
