"""The cipher: AES-256-GCM, each ciphertext bound to its place so that it opens nowhere else."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workbench.domains.secrets.models import SecretRow

from .keyring import KEY_BYTES, Key

NONCE_BYTES = 12


class Damaged(Exception):
    """What was sealed does not open: it was changed, or moved from where it belongs."""


def seal(row: SecretRow, key: Key, value: str) -> None:
    """Put a value into a row, under a data key of its own that `key` wraps; the row's version counts already."""
    data_key = secrets.token_bytes(KEY_BYTES)
    row.key_id = row.sealed_by = key.id
    row.ciphertext = _seal(data_key, value.encode("utf-8", "surrogatepass"), _bound(row, row.sealed_by))
    row.wrapped_key = _seal(key.reveal(), data_key, _bound(row, row.key_id))


def unseal(row: SecretRow, key: Key) -> str:
    """The value in a row.

    Raises:
        Damaged: the row was changed or moved.
    """
    data_key = _open(key.reveal(), row.wrapped_key, _bound(row, row.key_id))
    return _open(data_key, row.ciphertext, _bound(row, row.sealed_by)).decode("utf-8", "surrogatepass")


def rewrap(row: SecretRow, old: Key, new: Key) -> None:
    """Have `new` wrap a row's data key instead of `old`; the value itself is not opened.

    Raises:
        Damaged: the row was changed or moved.
    """
    data_key = _open(old.reveal(), row.wrapped_key, _bound(row, row.key_id))
    row.key_id = new.id
    row.wrapped_key = _seal(new.reveal(), data_key, _bound(row, row.key_id))


def _bound(row: SecretRow, key_id: str) -> bytes:
    """What a ciphertext is tied to: elsewhere, or as another version, it does not open."""
    place = row.workspace_id.bytes + row.object_id.bytes + row.version.to_bytes(8, "big")
    return b"workbench secret 1\0" + key_id.encode() + b"\0" + place + row.field.encode("utf-8", "surrogatepass")


def _seal(key: bytes, plain: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def _open(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError):
        raise Damaged from None
