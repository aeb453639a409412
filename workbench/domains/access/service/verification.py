"""Proves that a mail address is its person's, by a link that nobody else is sent; and changes the address."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.db import unique
from workbench.core.errors import AlreadyExists, Conflict
from workbench.domains.access.models import OneTimeLink, User

from .accounts import address_of
from .links import VERIFY, add_link, address_of_page, end_links, is_live, not_good, post, tell, use_link
from .signing_in import on_record, proven

LIFETIME = timedelta(hours=1)


def request_verification(ctx: Context) -> None:
    """Mail oneself a link that proves one's address; nothing is sent where that is done, or was a moment ago.

    Raises:
        Conflict: the caller is nobody in person.
        Invalid: her name is no mail address.
        Unavailable: mail is sent, and nobody said where people reach the server.
    """
    user = ctx.db.get(User, ctx.principal.user_id) if ctx.principal.user_id else None
    if user is None:
        raise Conflict("This is for people with an account.", fix="Sign in as one.", code="no_account")
    if not user.email_verified:
        _send(ctx, ctx.db, user, "To confirm that this address is yours, open this link within an hour:")


def verify(ctx: Context, text: str) -> None:
    """Prove an address by the link that was mailed to it.

    Raises:
        NotFound: the link is not good, the account is disabled or has another address by now; which is not told.
    """
    with ctx.writing() as db:
        row = use_link(db, VERIFY, text)
        user = db.get_one(User, row.user_id)
        if user.disabled_at is not None or user.folded != row.email:
            raise not_good()
        user.email_verified_at = now()
        on_record(db, ctx, "auth.verify_email", "done", user)


def change_email(ctx: Context, password: str, email: str) -> User:
    """Change the address by which one signs in; both addresses are told, and the new one is to be proven.

    Links that were mailed to the old address end.

    Raises:
        NotAuthenticated: the password is another.
        Throttled: it was tried too often.
        Invalid: the new address is none.
        AlreadyExists: somebody has it.
    """
    address = address_of(email)
    with ctx.reading() as db:
        user = db.get(User, ctx.principal.user_id) if ctx.principal.user_id else None
    proof = proven(ctx, user.name if user is not None else "", password)
    with ctx.writing() as db:
        proof.check(db)
        user = db.get_one(User, proof.user.id)
        if user.folded == address.casefold():
            user.name = address
            return user
        tell(
            ctx.workbench, db, user, "Your address was changed",
            "The address of your account is another now, and no more mail about it comes here.",
            "If it was not you, have an admin disable the account at once.",
        )  # fmt: skip
        db.execute(update(OneTimeLink).where(OneTimeLink.user_id == user.id, is_live()).values(revoked_at=now()))
        with unique(db, AlreadyExists(f"{address} has an account already.", fix="Use another address.")):
            user.name, user.folded, user.email_verified_at = address, address.casefold(), None
        _send(ctx, db, user, "You sign in with this address from now on. To confirm it, open this link within an hour:")
    return user


def _send(ctx: Context, db: Session, user: User, said: str) -> None:
    if not end_links(db, VERIFY, user.folded):
        return
    made = add_link(db, VERIFY, user.folded, LIFETIME, user_id=user.id)
    link = address_of_page(ctx.workbench, "verify", made.text)
    post(ctx.workbench, db, user.name, "Confirm your address", said, link, "If it was not you, do nothing.")
