"""Encrypts secrets and opens them again for the workbench itself."""

from .envelopes import Envelopes
from .keyring import Key, Keyring
from .references import checked, stores_of
from .rotation import forget_expired, keyring_of, rewrap, rotate, states
from .setting import owner_of

__all__ = [
    "Envelopes",
    "Key",
    "Keyring",
    "checked",
    "forget_expired",
    "keyring_of",
    "owner_of",
    "rewrap",
    "rotate",
    "states",
    "stores_of",
]
