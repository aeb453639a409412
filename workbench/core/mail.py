"""What core knows of mail: what one says, who delivers it, and the thread that does so after a commit."""

from __future__ import annotations

import logging
import queue
import threading
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from sqlalchemy.orm import Session

from .errors import Invalid
from .journal import after_commit

log = logging.getLogger(__name__)
MOST_WAITING = 1_000
CLOSING_SECONDS = 15.0


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


class Outbox:
    """Delivers mails in the background, in order; one that fails is logged and lost, and may be asked for again."""

    def __init__(self, mailer: Mailer) -> None:
        self.mailer = mailer
        self._waiting: queue.Queue[Mail | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._deliver, name="outbox", daemon=True)
        self._thread.start()

    def post(self, db: Session, mail: Mail) -> None:
        """Have a mail delivered once the unit of work is committed, and never if it is not."""
        after_commit(db, lambda: self._enqueue(mail))

    def close(self) -> None:
        """Deliver what waits, for some seconds at most."""
        try:
            self._waiting.put(None, timeout=CLOSING_SECONDS)
        except queue.Full:
            log.warning("%d mails were not delivered before the end", self._waiting.qsize())
            return
        self._thread.join(CLOSING_SECONDS)

    def _enqueue(self, mail: Mail) -> None:
        try:
            self._waiting.put_nowait(mail)
        except queue.Full:  # what was committed stays so: the caller must not be told otherwise
            log.error("a mail (%s) was dropped: %d wait already", mail.subject, MOST_WAITING)

    def _deliver(self) -> None:
        while (mail := self._waiting.get()) is not None:
            try:
                self.mailer.send(mail)
            except Exception as error:  # noqa: BLE001  the thread goes on, and a traceback would show the mail
                reason = getattr(error, "code", type(error).__name__)
                log.error("a mail (%s) was not delivered: %s", mail.subject, reason)
