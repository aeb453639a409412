"""Lets people who forgot their password set another; whether somebody has an account is not told."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from workbench.core.context import Context
from workbench.domains.access.models import Password, User

from . import passwords
from .accounts import replace_password
from .links import RESET, add_link, address_of_page, end_links, not_good, post, shown_link, use_link
from .signing_in import on_record

LIFETIME = timedelta(minutes=30)


def forgot(ctx: Context, email: str) -> None:
    """Mail a link to whose account it is; for strangers the same is written, and leads nowhere.

    An earlier link ends, unless it was sent a moment ago: then it stays, and nothing is sent.

    Raises:
        Unavailable: mail is sent, and nobody said where people reach the server.
    """
    account = email.strip().casefold()
    with ctx.writing() as db:
        mine = select(User).join(Password, Password.user_id == User.id).where(User.folded == account)
        user = db.scalars(mine.where(User.disabled_at.is_(None))).one_or_none()
        if not end_links(db, RESET, account):
            return
        made = add_link(db, RESET, account, LIFETIME, user_id=user.id if user else None)
        link = address_of_page(ctx.workbench, "reset", made.text)
        on_record(db, ctx, "auth.forgot_password", "done", user)
        if user is not None:
            said = (
                "Somebody wants to set another password for your account. To do so, open this link within 30 minutes:"
            )
            post(ctx.workbench, db, user.name, "Set another password", said, link, "If it was not you, do nothing.")


def reset(ctx: Context, text: str, password: str) -> int:
    """Set another password by a link, and end all sessions; answers how many.

    Raises:
        NotFound: the link is not good, or the account is disabled or has another address by now; which is not told.
        Invalid: the password is weak.
    """
    with ctx.reading() as db:
        row = shown_link(db, RESET, text)
        user = db.get_one(User, row.user_id)  # nobody is sent a link that has no user
    if user.disabled_at is not None or user.folded != row.email:
        raise not_good()
    passwords.check_strength(password, user)
    hash_ = passwords.hashed(ctx.workbench.pools, password)
    with ctx.writing() as db:
        use_link(db, RESET, text)
        ended = replace_password(db, user.id, hash_)
        on_record(db, ctx, "auth.reset_password", "done", user, sessions_ended=ended)
    return ended
