"""Makes links that are good once, and uses them up; only the hash of what they show is kept."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.errors import Invalid, NotFound, Unavailable
from workbench.core.mail import Mail
from workbench.core.workbench import Workbench
from workbench.domains.access.drivers import open_mailer
from workbench.domains.access.models import OneTimeLink, User

from .outbox import Outbox
from .sessions import digest_of

log = logging.getLogger(__name__)
INVITATION, RESET, VERIFY = "invitation", "reset", "verify"
KEPT = timedelta(days=30)  # for admins to look at
AT_MOST_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewLink:
    """A new link and what it shows, which is known here and nowhere else."""

    row: OneTimeLink
    text: str = field(repr=False)


def add_link(db: Session, purpose: str, email: str, lifetime: timedelta, **more: Any) -> NewLink:
    """Make a link; forgets those that expired long ago."""
    moment = now()
    old = delete(OneTimeLink).where(OneTimeLink.expires_at < moment - KEPT)
    db.execute(old.execution_options(synchronize_session=False))
    text = secrets.token_urlsafe(32)
    row = OneTimeLink(
        purpose=purpose, digest=digest_of(text), email=email, expires_at=moment + lifetime, **{"payload": {}} | more
    )
    db.add(row)
    db.flush()
    return NewLink(row, text)


def end_links(db: Session, purpose: str, email: str) -> bool:
    """End the links of an address, unless one was made a moment ago; answers whether another may be."""
    asked = OneTimeLink.purpose == purpose, OneTimeLink.email == email, is_live()
    before = list(db.scalars(select(OneTimeLink).where(*asked).with_for_update()))
    if any(row.created_at > now() - AT_MOST_EVERY for row in before):
        return False
    for row in before:
        row.revoked_at = now()
    return True


def is_live() -> ColumnElement[bool]:
    """Whether a link counts."""
    return and_(OneTimeLink.used_at.is_(None), OneTimeLink.revoked_at.is_(None), OneTimeLink.expires_at > now())


def shown_link(db: Session, purpose: str, text: str) -> OneTimeLink:
    """The link that shows `text`, which stays good.

    Raises:
        NotFound: it was used or revoked, expired, or never was; which of these is not told.
    """
    mine = select(OneTimeLink).where(OneTimeLink.purpose == purpose, OneTimeLink.digest == digest_of(text), is_live())
    row = db.scalars(mine).one_or_none()
    if row is None:
        raise not_good()
    return row


def not_good() -> NotFound:
    """The answer to a link that leads nowhere, whatever the reason."""
    return NotFound("This link is not good any more.", fix="Ask for another.", code="link_not_good")


def use_link(db: Session, purpose: str, text: str) -> OneTimeLink:
    """Use a link up; of several who try at once, one succeeds.

    Raises:
        NotFound: as `shown_link` does.
    """
    row = shown_link(db, purpose, text)
    used = update(OneTimeLink).where(OneTimeLink.id == row.id, is_live()).values(used_at=now())
    if not db.execute(used.returning(OneTimeLink.id).execution_options(synchronize_session=False)).all():
        raise not_good()
    return row


def outbox(workbench: Workbench) -> Outbox:
    """Where mail of an opened home goes."""
    return workbench.part("outbox", lambda: Outbox(workbench, open_mailer(workbench.settings)))


def mails_people(workbench: Workbench) -> bool:
    """Whether what is posted reaches whom it is for; where no mail server is set up it is kept as files."""
    return outbox(workbench).mailer.reaches_people


def address_of_page(workbench: Workbench, page: str, text: str, reached: str = "") -> str:
    """The address of a link: below `public_url`, else below the address by which the server was `reached`.

    That one is for a link which is answered to whoever asks, and for no mail, which others open: who asks chooses the
    port, and of the server's names any.

    Raises:
        Unavailable: it would be mailed, and nobody said where people reach the server.
    """
    if not workbench.settings.public_url and mails_people(workbench):
        raise Unavailable(
            "Nobody said where people reach this server.", fix="Set public_url in config.toml.", code="public_url_unset"
        )
    below = page_url(workbench, page) or f"{reached.rstrip('/')}/workbench/{page}"
    return f"{below}?code={text}"


def page_url(workbench: Workbench, page: str) -> str:
    """The address of a page for people, empty where nobody said where they reach the server."""
    public: str = workbench.settings.public_url
    return f"{public.rstrip('/')}/workbench/{page}" if public else ""


def post(workbench: Workbench, db: Session, to: str, subject: str, *lines: str) -> None:
    """Mail somebody once the unit of work is committed."""
    outbox(workbench).post(db, Mail(to, subject, "\n\n".join(lines) + "\n"))


def tell(workbench: Workbench, db: Session, user: User, subject: str, *lines: str) -> None:
    """Mail somebody about her account; what she does goes on where her name is no address that mail is sent to."""
    try:
        post(workbench, db, user.name, subject, *lines)
    except Invalid as error:
        log.warning("a person was not told (%s): %s", subject, error.code)
