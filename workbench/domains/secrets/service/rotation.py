"""Rotation of the key-encryption key, while everybody goes on working.

The new key counts for whatever is set from then on. Of what was set before, only the data keys are wrapped anew, some
rows at a time, so that a process that dies leaves rows of both keys, and whoever comes next goes on. A key is retired
once no row refers to it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.workbench import Workbench
from workbench.domains.secrets.models import SecretRow

from . import sealing
from .envelopes import KEYS_LOCK, NO_KEY, encrypting_key
from .keyring import Keyring

BATCH = 200
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class KeyState:
    """A key: whether it encrypts (`current`), only opens (`older`), or is wanted and not there (`missing`)."""

    id: str
    state: str
    secrets: int


@dataclass(frozen=True)
class Rotated:
    """How a rotation went; `unreadable` secrets cannot be opened by any key that is there and stay as they are."""

    key: str
    rewrapped: int
    unreadable: int
    retired: list[str]


def keyring_of(workbench: Workbench) -> Keyring:
    """The keyring of a home."""
    return Keyring(workbench.settings.keys_dir)


def states(db: Session, keyring: Keyring) -> list[KeyState]:
    """The keys and how many secrets each wraps: the progress of a rotation."""
    closed = select(SecretRow.key_id, func.count()).where(SecretRow.key_id != NO_KEY).group_by(SecretRow.key_id)
    counts: dict[str, int] = {key_id: count for key_id, count in db.execute(closed)}  # noqa: C416
    there = list(keyring.by_id()) if keyring.exists else []
    found = [KeyState(id_, "older" if place else "current", counts.get(id_, 0)) for place, id_ in enumerate(there)]
    return found + [KeyState(id_, "missing", counts[id_]) for id_ in sorted(counts.keys() - set(there))]


def rotate(workbench: Workbench, *, resume: bool = False, batch: int = BATCH) -> Rotated:
    """Make a new key and have it wrap all secrets; with `resume`, only finish what a rotation before left.

    Raises:
        Conflict: a new key is asked for where the environment gives the keys.
        Unavailable: there is no usable key.
    """
    keyring = keyring_of(workbench)
    with workbench.unit_of_work() as db:
        current = encrypting_key(db, keyring)
    if not resume:
        current = keyring.add()
        log.info("new secrets are encrypted with the key %s from now on", current.id)
    rewrapped, unreadable = rewrap(workbench, batch=batch)
    return Rotated(current.id, rewrapped, unreadable, retire(workbench))


def rewrap(workbench: Workbench, *, batch: int = BATCH) -> tuple[int, int]:
    """Have the key that encrypts wrap all data keys, each batch in a transaction of its own.

    Answers how many were wrapped anew, and how many cannot be because their key is missing or they are damaged.
    """
    with workbench.unit_of_work() as db:
        _wait_for_writers(db)
    rewrapped, (more, unreadable) = 0, _once_through(workbench, batch)
    while more:  # again, for what somebody else was just writing
        rewrapped += more
        more, unreadable = _once_through(workbench, batch)
    return rewrapped, unreadable


def _once_through(workbench: Workbench, batch: int) -> tuple[int, int]:
    keyring, rewrapped, unreadable, last = keyring_of(workbench), 0, 0, None
    while True:
        with workbench.unit_of_work() as db:
            current = encrypting_key(db, keyring)
            rows = _after(db, current.id, last, batch)
            keys = keyring.by_id()
            for row in rows:
                try:
                    sealing.rewrap(row, keys[row.key_id], current)
                    rewrapped += 1
                except (KeyError, sealing.Damaged):
                    unreadable += 1
        if not rows:
            return rewrapped, unreadable
        last = rows[-1].id
        log.info("the key %s wraps %d more secrets", current.id, rewrapped)


def retire(workbench: Workbench) -> list[str]:
    """Remove the keys that no secret needs, except the one that encrypts; their ids."""
    keyring = keyring_of(workbench)
    with workbench.unit_of_work() as db:
        _wait_for_writers(db)
        unused = [state.id for state in states(db, keyring) if state.state == "older" and not state.secrets]
        return keyring.retire(unused)


def forget_expired(db: Session) -> int:
    """Forget the values before that no longer count; how many."""
    ended = delete(SecretRow).where(SecretRow.previous.is_(True), SecretRow.expires_at <= now())
    return int(db.execute(ended).rowcount)  # type: ignore[attr-defined]


def _after(db: Session, current: str, last: UUID | None, batch: int) -> list[SecretRow]:
    left: Iterable[SecretRow] = db.scalars(
        select(SecretRow)
        .where(SecretRow.key_id.not_in([current, NO_KEY]), *([SecretRow.id > last] if last else []))
        .order_by(SecretRow.id)
        .limit(batch)
        .with_for_update(skip_locked=True)
    )
    return list(left)


def _wait_for_writers(db: Session) -> None:
    """Wait for those who read the keys before now and have not committed; on SQLite there are none by then."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": KEYS_LOCK})
