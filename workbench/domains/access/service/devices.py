"""Tells people where they were signed in for the first time, so that they notice somebody else."""

from __future__ import annotations

import re

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from workbench.core.context import Context
from workbench.domains.access.models import SignedIn, User

from .links import page_url, tell

# The first that is found counts: each browser also claims to be those below it.
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrom", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iPadOS"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def is_new(db: Session, ctx: Context, user: User) -> bool:
    """Whether somebody who signed in before does so with other software, or from another address, than ever."""
    before = SignedIn.user_id == user.id
    same = before & (SignedIn.agent == ctx.origin.agent[:300]) & (SignedIn.address == ctx.origin.address[:64])
    return bool(db.scalar(select(exists().where(before)))) and not db.scalar(select(exists().where(same)))


def tell_of(ctx: Context, db: Session, row: SignedIn, user: User) -> None:
    """Mail somebody that a session began on a device that is new, and how to end it."""
    forgot, server = page_url(ctx.workbench, "forgot"), ctx.workbench.settings.public_url
    end = f"workbench{f' --server {server}' if server else ''} sessions end {row.id}"
    when, address = f"{row.created_at:%d %B %Y, %H:%M} UTC", row.address or "this server"
    tell(
        ctx.workbench, db, user, "Signed in from a new device",
        "Your account was signed in to from a device on which it was not used before.",
        f"When: {when}\nWith: {in_words(row.agent)}\nFrom: {address}",
        "If it was you, there is nothing to do.",
        "If it was not, set another password, which ends all sessions"
        + (f": {forgot}" if forgot else ", by “Forgot your password?” on the page that signs you in.")
        + f"\nThe session alone is ended by: {end}",
    )  # fmt: skip


def in_words(agent: str) -> str:
    """What a client says it is, in words; what it made up itself is not repeated."""
    browser = next((name for mark, name in BROWSERS if mark in agent), None)
    if browser is None or not agent.startswith("Mozilla/"):
        program = re.match(r"[A-Za-z][\w-]{0,29}(?=/[\d.]|$)", agent)
        return f"the program {program[0]}" if program else "an unknown program"
    system = next((name for mark, name in SYSTEMS if mark in agent), None)
    return f"{browser} on {system}" if system else browser
