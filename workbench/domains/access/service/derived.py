"""Keys that are derived from the home's, one for each purpose, so that none of them opens a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.domains.secrets.service.keyring import Keyring

if TYPE_CHECKING:
    from workbench.core.settings import Settings


def derived_key(settings: Settings, purpose: bytes, kid: str | None = None) -> tuple[str, bytes]:
    """The id of the home's key that counts now, or of an earlier one that is asked for, and 256 bits derived from it.

    Raises:
        KeyError: there is none of that id.
    """
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    ring = Keyring(settings.keys_dir)
    if not ring.exists:
        ring.create()
    held = ring.by_id()
    key = held[kid] if kid is not None else next(iter(held.values()))
    return key.id, HKDF(SHA256(), 32, salt=None, info=purpose).derive(key.reveal())
