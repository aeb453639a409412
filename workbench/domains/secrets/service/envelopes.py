"""Envelope encryption: each secret under a data key of its own, which a key of the keyring wraps."""

from __future__ import annotations

import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Select, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.errors import Unavailable
from workbench.core.ids import new_id
from workbench.core.settings import Settings
from workbench.domains.secrets.models import SecretRow

from .keyring import KEY_BYTES, Key, Keyring

NONCE_BYTES = 12
NO_KEY = ""  # of a row that holds no secret


class Envelopes:
    """The vault that keeps secrets encrypted in the metadata database (AES-256-GCM)."""

    def __init__(self, settings: Settings, keyring: Keyring | None = None) -> None:
        self._keyring = keyring or Keyring(settings.keys_dir)

    def put(self, db: Session, *, workspace_id: UUID, object_id: UUID, field: str, value: str) -> None:
        """Set or replace a secret.

        Raises:
            Unavailable: there is no usable key, and secrets that another key opens are there already.
        """
        key = self._encrypting(db)
        row = _locked(db, workspace_id, object_id, field)
        row.version += 1
        row.key_id, row.set_at = key.id, now()
        bound = _bound(row)
        data_key = secrets.token_bytes(KEY_BYTES)
        row.ciphertext = _seal(data_key, value.encode("utf-8", "surrogatepass"), bound)
        row.wrapped_key = _seal(key.reveal(), data_key, bound)
        db.flush()

    def get(self, db: Session, *, workspace_id: UUID, object_id: UUID, field: str) -> str | None:
        """The secret, or None where none is set.

        Raises:
            Unavailable: the key that opens it is missing or another, or the row was changed or moved.
        """
        row = db.scalars(_one(workspace_id, object_id, field)).one_or_none()
        if row is None or row.key_id == NO_KEY:
            return None
        keys = self._keyring.keys()
        key = next((key for key in keys if key.id == row.key_id), None)
        if key is None:
            raise Unavailable(
                f"A secret was encrypted with the key {row.key_id}, but {self._keyring.source} holds {keys}.",
                fix="Restore the key from a backup, or set the secret again.",
                code="secret_key_wrong",
            )
        bound = _bound(row)
        try:
            data_key = _open(key.reveal(), row.wrapped_key, bound)
            return _open(data_key, row.ciphertext, bound).decode("utf-8", "surrogatepass")
        except InvalidTag:
            raise Unavailable(
                f"The secret {field!r} of {object_id} was changed or moved in the database.",
                fix="Set the secret again, and find out who can write to the database.",
                code="secret_damaged",
            ) from None

    def fields(self, db: Session, *, workspace_id: UUID, object_id: UUID) -> set[str]:
        """The fields of an object that hold a secret; opens none."""
        mine = (SecretRow.workspace_id == workspace_id, SecretRow.object_id == object_id)
        return set(db.scalars(select(SecretRow.field).where(*mine, SecretRow.key_id != NO_KEY)))

    def remove(self, db: Session, *, workspace_id: UUID, object_id: UUID, field: str) -> None:
        """Forget a secret, if it is set.

        The empty row stays, so that versions go on counting: what an old one was closed as never comes again.
        """
        row = db.scalars(_one(workspace_id, object_id, field).with_for_update()).one_or_none()
        if row is not None:
            row.key_id, row.wrapped_key, row.ciphertext, row.set_at = NO_KEY, b"", b"", now()
            db.flush()

    def delete(self, db: Session, *, workspace_id: UUID, object_id: UUID) -> None:
        """Forget all secrets of an object."""
        mine = (SecretRow.workspace_id == workspace_id, SecretRow.object_id == object_id)
        db.execute(delete(SecretRow).where(*mine))

    def _encrypting(self, db: Session) -> Key:
        closed = select(SecretRow.key_id).where(SecretRow.key_id != NO_KEY).limit(1)
        if not self._keyring.exists and db.scalar(closed) is None:
            self._keyring.create()  # never beside secrets that another key closed: that would hide the loss
        return self._keyring.keys()[0]


def _one(workspace_id: UUID, object_id: UUID, field: str) -> Select[SecretRow]:
    return select(SecretRow).where(
        SecretRow.workspace_id == workspace_id, SecretRow.object_id == object_id, SecretRow.field == field
    )


def _locked(db: Session, workspace_id: UUID, object_id: UUID, field: str) -> SecretRow:
    """The secret's row, held until the transaction ends; made at version 0 where there was none."""
    mine = _one(workspace_id, object_id, field).with_for_update()
    row = db.scalars(mine).one_or_none()
    if row is not None:
        return row
    row = SecretRow(
        id=new_id(), workspace_id=workspace_id, object_id=object_id, field=field, version=0, key_id=NO_KEY,
        wrapped_key=b"", ciphertext=b"",
    )  # fmt: skip
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError:  # somebody else set it first, at the same time
        return db.scalars(mine).one()
    return row


def _bound(row: SecretRow) -> bytes:
    """What the ciphertext is tied to: elsewhere, or as another version, it does not open."""
    place = row.workspace_id.bytes + row.object_id.bytes + row.version.to_bytes(8, "big")
    return b"workbench secret 1\0" + row.key_id.encode() + b"\0" + place + row.field.encode("utf-8", "surrogatepass")


def _seal(key: bytes, plain: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def _open(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
