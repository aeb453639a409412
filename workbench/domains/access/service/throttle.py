"""Slows guessing down without ever locking an account.

Each failure fills buckets that empty as time passes: of the account from that address, of the address, and of the
account from wherever its person never signed in. Whoever is at an address that she used before is slowed by her own
mistakes alone, so nobody elsewhere can keep her out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.errors import Throttled
from workbench.domains.access.models import Attempt


@dataclass(frozen=True, slots=True)
class Limit:
    """`at_once` failures, then one `each`."""

    at_once: int
    each: timedelta


PAIR = Limit(5, timedelta(minutes=1))
ADDRESS = Limit(50, timedelta(seconds=6))
ACCOUNT = Limit(100, timedelta(seconds=30))


def take(db: Session, account: str, address: str, *, known: bool) -> None:
    """Count an attempt beforehand, so that many at once gain nothing; `forgive` takes it back.

    Raises:
        Throttled: there were too many failures; says when to try again.
    """
    moment = now()
    for bucket, limit in sorted(_buckets(account, address, known=known)):
        row = _locked(db, bucket)
        begin = max(row.until, moment)
        wait = (begin + limit.each - moment - limit.each * limit.at_once).total_seconds()
        if wait > 0:
            raise Throttled(
                "There were too many attempts that failed.",
                fix=f"Try again in {wait:.0f} s.",
                code="sign_in_throttled",
                retry_after=max(1.0, wait),
            )
        row.until = begin + limit.each
    db.flush()


def forgive(db: Session, account: str, address: str) -> None:
    """Forget the failures of an account from an address, after a success."""
    for bucket, limit in sorted(_buckets(account, address, known=False)):
        row = _locked(db, bucket)
        row.until = row.until - limit.each if limit is ADDRESS else now()
    db.flush()
    old = select(Attempt.id).where(Attempt.until < now() - timedelta(hours=1)).limit(100)
    empty = list(db.scalars(old.with_for_update(skip_locked=True)))
    db.execute(delete(Attempt).where(Attempt.id.in_(empty)).execution_options(synchronize_session=False))


def _buckets(account: str, address: str, *, known: bool) -> Iterator[tuple[str, Limit]]:
    yield _name("pair", account, address), PAIR
    yield _name("address", address), ADDRESS
    if not known:
        yield _name("account", account), ACCOUNT


def _name(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _locked(db: Session, bucket: str) -> Attempt:
    mine = select(Attempt).where(Attempt.bucket == bucket).with_for_update()
    row = db.scalars(mine).one_or_none()
    if row is not None:
        return row
    row = Attempt(bucket=bucket, until=now())
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError:  # somebody else's first attempt came between
        return db.scalars(mine).one()
    return row
