"""Envelope encryption: each secret under a data key of its own, which a key of the keyring wraps."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, or_, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.db import beside
from workbench.core.errors import Unavailable
from workbench.core.ids import new_id
from workbench.core.row_security import INSTALLATION
from workbench.core.secrets import Held, know
from workbench.core.settings import Settings
from workbench.domains.secrets.models import SecretRow

from . import sealing
from .keyring import Key, Keyring

NO_KEY = ""  # of a row that holds no secret
KEYS_LOCK = 0x776B6B  # shared by those who encrypt, exclusive for who retires keys


class Envelopes:
    """The vault that keeps secrets encrypted in the metadata database (AES-256-GCM)."""

    def __init__(self, settings: Settings, keyring: Keyring | None = None) -> None:
        self._keyring = keyring or Keyring(settings.keys_dir)

    def put(
        self, db: Session, *, workspace_id: UUID, object_id: UUID, field: str, value: str,
        keep_until: datetime | None = None,
    ) -> None:  # fmt: skip
        """Set or replace a secret; with `keep_until` the value before counts until then, without it no longer.

        Raises:
            Unavailable: there is no usable key, and secrets that another key opens are there already.
        """
        key = encrypting_key(db, self._keyring)
        row = _locked(db, workspace_id, object_id, field)
        _forget_previous(db, row)
        if keep_until is not None and row.key_id != NO_KEY:
            db.add(_copy(row, keep_until))
        row.version += 1
        row.set_at, row.reference = now(), None
        sealing.seal(row, key, value)
        db.flush()

    def refer(self, db: Session, *, workspace_id: UUID, object_id: UUID, field: str, reference: str) -> None:
        """Have another store keep a secret from now on; what was here is forgotten."""
        row = _locked(db, workspace_id, object_id, field)
        _forget_previous(db, row)
        _empty(row)
        row.reference = reference
        db.flush()

    def get(self, db: Session, *, workspace_id: UUID, object_id: UUID, field: str) -> str | None:
        """The secret, or None where none is set here.

        Raises:
            Unavailable: the key that opens it is missing or another, or the row was changed or moved.
        """
        held = self._opened(db, *_of(workspace_id, object_id), SecretRow.field == field).get(field)
        return held.value if held else None

    def held(self, db: Session, *, workspace_id: UUID, object_id: UUID) -> dict[str, Held]:
        """The secrets of an object by field, opened where they are kept here.

        Raises:
            Unavailable: as `get` does.
        """
        return self._opened(db, *_of(workspace_id, object_id))

    def fields(self, db: Session, *, workspace_id: UUID, object_id: UUID) -> dict[str, str | None]:
        """The fields of an object that are set, with the reference where another store keeps one; opens none."""
        current = (*_of(workspace_id, object_id), SecretRow.previous.is_(False), _set())
        found = db.execute(select(SecretRow.field, SecretRow.reference).where(*current))
        return {row.field: row.reference for row in found}

    def remove(self, db: Session, *, workspace_id: UUID, object_id: UUID, field: str) -> None:
        """Forget a secret, if it is set.

        The empty row stays, so that versions go on counting: what an old one was closed as never comes again.
        """
        row = db.scalars(_one(workspace_id, object_id, field).with_for_update()).one_or_none()
        if row is not None:
            _forget_previous(db, row)
            _empty(row)
            db.flush()

    def retire(self, db: Session, *, workspace_id: UUID, object_id: UUID, field: str) -> bool:
        """Forget the value before the present one at once; whether there was one."""
        row = db.scalars(_one(workspace_id, object_id, field).with_for_update()).one_or_none()
        return row is not None and _forget_previous(db, row)

    def delete(self, db: Session, *, workspace_id: UUID, object_id: UUID) -> None:
        """Forget all secrets of an object."""
        db.execute(delete(SecretRow).where(*_of(workspace_id, object_id)))

    def _opened(self, db: Session, *which: ColumnElement[bool]) -> dict[str, Held]:
        rows = db.scalars(select(SecretRow).where(*which, _set())).all()
        keys = self._keyring.by_id() if any(row.key_id != NO_KEY for row in rows) else {}
        opened = {row.id: self._open(db, row, keys) for row in rows if row.key_id != NO_KEY and not _expired(row)}
        before = {row.field: opened.get(row.id) for row in rows if row.previous}
        return {
            row.field: Held(opened.get(row.id), row.reference, before.get(row.field))
            for row in rows if not row.previous
        }  # fmt: skip

    def _open(self, db: Session, row: SecretRow, keys: dict[str, Key]) -> str:
        key = keys.get(row.key_id)
        if key is None:
            row, key = self._looked_up_again(db, row)
        try:
            return know(sealing.unseal(row, key))
        except sealing.Damaged:
            raise Unavailable(
                f"The secret {row.field!r} of {row.object_id} was changed or moved in the database.",
                fix="Set the secret again, and find out who can write to the database.",
                code="secret_damaged",
            ) from None

    def _looked_up_again(self, db: Session, row: SecretRow) -> tuple[SecretRow, Key]:
        """A row as it is by now: a session that began before a rotation ended knows a key that is gone."""
        with beside(db) as fresh:
            found = fresh.get(SecretRow, row.id) or row
            fresh.expunge_all()
        keys = self._keyring.by_id()
        key = keys.get(found.key_id)
        if key is None:
            raise Unavailable(
                f"A secret was encrypted with the key {row.key_id}, but {self._keyring.source} holds "
                f"{', '.join(keys)}.",
                fix="Restore the key from a backup, or set the secret again.",
                code="secret_key_wrong",
            )
        return found, key


def encrypting_key(db: Session, keyring: Keyring) -> Key:
    """The key that encrypts, for this transaction: until it ends, no key is retired.

    Raises:
        Unavailable: there is no usable key, and secrets that another key opens are there already.
    """
    if db.get_bind().dialect.name == "postgresql":  # SQLite lets only one transaction write anyway
        db.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": KEYS_LOCK})
    closed = select(SecretRow.key_id).where(SecretRow.key_id != NO_KEY).limit(1)
    if not keyring.exists:
        with beside(db, INSTALLATION) as all_workspaces:
            lost = all_workspaces.scalar(closed) is not None
        if not lost:
            keyring.create()  # never beside secrets that another key closed: that would hide the loss
    return keyring.keys()[0]


def _of(workspace_id: UUID, object_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return SecretRow.workspace_id == workspace_id, SecretRow.object_id == object_id


def _one(workspace_id: UUID, object_id: UUID, field: str) -> Select[SecretRow]:
    place = _of(workspace_id, object_id)
    return select(SecretRow).where(*place, SecretRow.field == field, SecretRow.previous.is_(False))


def _set() -> ColumnElement[bool]:
    return or_(SecretRow.key_id != NO_KEY, SecretRow.reference.is_not(None))


def _expired(row: SecretRow) -> bool:
    return row.expires_at is not None and row.expires_at <= now()


def _locked(db: Session, workspace_id: UUID, object_id: UUID, field: str) -> SecretRow:
    """The secret's row, held until the transaction ends; made at version 0 where there was none."""
    mine = _one(workspace_id, object_id, field).with_for_update()
    row = db.scalars(mine).one_or_none()
    if row is not None:
        return row
    row = SecretRow(
        id=new_id(), workspace_id=workspace_id, object_id=object_id, field=field, version=0, previous=False,
    )  # fmt: skip
    _empty(row)
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError:  # somebody else set it first, at the same time
        return db.scalars(mine).one()
    return row


def _empty(row: SecretRow) -> None:
    row.key_id, row.sealed_by, row.wrapped_key, row.ciphertext = NO_KEY, NO_KEY, b"", b""
    row.reference, row.set_at = None, now()


def _copy(row: SecretRow, keep_until: datetime) -> SecretRow:
    """The value of a row as the one before; nothing is opened, since version and place stay."""
    names = ("workspace_id", "object_id", "field", "version", "key_id", "sealed_by", "wrapped_key", "ciphertext")
    kept = {name: getattr(row, name) for name in (*names, "set_at")}
    return SecretRow(**kept, id=new_id(), previous=True, expires_at=keep_until)


def _forget_previous(db: Session, row: SecretRow) -> bool:
    place = _of(row.workspace_id, row.object_id)
    gone = delete(SecretRow).where(*place, SecretRow.field == row.field, SecretRow.previous.is_(True))
    return bool(db.execute(gone).rowcount)  # type: ignore[attr-defined]
