"""Encrypts secrets and opens them again for the workbench itself."""

from .envelopes import Envelopes
from .keyring import Key, Keyring
from .setting import owner_of

__all__ = ["Envelopes", "Key", "Keyring", "owner_of"]
