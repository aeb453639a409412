"""Keeps mail until it is delivered: what was committed is sent, also after a crash; what was not committed never is."""

from __future__ import annotations

import json
import logging
import secrets
import threading
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.journal import after_commit
from workbench.core.mail import Mail, Mailer
from workbench.domains.access.models import OutgoingMail

from .derived import derived_key

if TYPE_CHECKING:
    from workbench.core.settings import Settings
    from workbench.core.workbench import Workbench

log = logging.getLogger(__name__)
CLOSING_SECONDS = 15.0
LOOK_SECONDS = 60.0
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
MOST_TRIES = 12  # within some seven hours
PURPOSE, NONCE_BYTES = b"workbench outgoing mail", 12


class Outbox:
    """Delivers the mail of a home in the background; several processes may, and each mail is tried by one at a time.

    A process that ends between a delivery and the note of it leaves a mail that is delivered twice.
    """

    def __init__(self, workbench: Workbench, mailer: Mailer) -> None:
        self.mailer = mailer
        self._workbench = workbench
        self._awake, self._closing = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
        self._thread.start()

    def post(self, db: Session, mail: Mail) -> None:
        """Have a mail delivered once the unit of work is committed, and never if it is not."""
        db.add(sealed(self._workbench.settings, mail))
        after_commit(db, self.wake)

    def wake(self) -> None:
        """Deliver what is due now."""
        self._awake.set()

    def close(self) -> None:
        """Deliver what is due, for some seconds at most; the rest stays for the next process."""
        self._closing.set()
        self._awake.set()
        self._thread.join(CLOSING_SECONDS)

    def _run(self) -> None:
        closing = False
        while not closing:
            self._awake.wait(LOOK_SECONDS)
            closing = self._closing.is_set()
            self._awake.clear()
            try:
                while (claimed := self._claimed()) is not None:
                    self._deliver(*claimed)
            except Exception as error:  # noqa: BLE001  the thread goes on, and a traceback would show the mail
                log.warning("mail waits: %s", getattr(error, "code", type(error).__name__))

    def _claimed(self) -> tuple[UUID, Mail | None] | None:
        """The next mail that is due, which nobody else tries before its next turn; None where there is none."""
        with self._workbench.read() as db:
            if not has_due(db):
                return None
        due = select(OutgoingMail).where(OutgoingMail.due_at <= now()).order_by(OutgoingMail.due_at).limit(1)
        with self._workbench.unit_of_work() as db:
            row = db.scalars(due.with_for_update(skip_locked=True)).one_or_none()
            if row is None:
                return None
            row.tries += 1
            row.due_at = now() + min(FIRST_WAIT * 2 ** (row.tries - 1), LONGEST_WAIT)
            mail = opened(self._workbench.settings, row)
            if mail is None or row.tries >= MOST_TRIES:
                db.delete(row)
            return row.id, mail

    def _deliver(self, row_id: UUID, mail: Mail | None) -> None:
        if mail is None:
            log.error("a mail was dropped: the key that opens it is gone")
            return
        try:
            self.mailer.send(mail)
        except Exception as error:  # noqa: BLE001  likewise
            reason = getattr(error, "code", type(error).__name__)
            log.error("a mail (%s) was not delivered: %s", mail.subject, reason)
            return
        with self._workbench.unit_of_work() as db:
            db.execute(delete(OutgoingMail).where(OutgoingMail.id == row_id))


def has_due(db: Session) -> bool:
    """Whether any mail is to be delivered now."""
    return bool(db.scalar(select(exists().where(OutgoingMail.due_at <= now()))))


def sealed(settings: Settings, mail: Mail) -> OutgoingMail:
    """A row that holds a mail, which may be a link that is good once, so that the database alone does not show it."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    kid, key = derived_key(settings, PURPOSE)
    nonce = secrets.token_bytes(NONCE_BYTES)
    text = json.dumps(asdict(mail)).encode()
    return OutgoingMail(key_id=kid, sealed=nonce + AESGCM(key).encrypt(nonce, text, PURPOSE), tries=0, due_at=now())


def opened(settings: Settings, row: OutgoingMail) -> Mail | None:
    """The mail in a row, None where its key is gone or the row was changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        _, key = derived_key(settings, PURPOSE, row.key_id)
        text = AESGCM(key).decrypt(row.sealed[:NONCE_BYTES], row.sealed[NONCE_BYTES:], PURPOSE)
    except (KeyError, InvalidTag):
        return None
    return Mail(**json.loads(text))
