"""Key-encryption keys: from the environment, or from a file that only its owner may read."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NoReturn

from workbench.core.errors import Conflict, Unavailable

from . import keyfile

KEY_BYTES = 32
FILE = "secrets.key"
VARIABLE = "WORKBENCH_KEY"
PREVIOUS = "WORKBENCH_KEY_PREVIOUS"


class Key:
    """A key of 256 bits; shows its id and nothing else, and cannot be pickled or copied into a log."""

    __slots__ = ("_material", "id")

    def __init__(self, material: bytes) -> None:
        self._material = material
        self.id = hashlib.sha256(b"workbench key id\0" + material).hexdigest()[:16]

    def reveal(self) -> bytes:
        """The key itself, for the cipher."""
        return self._material

    def __repr__(self) -> str:
        return f"Key({self.id})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not pickled")


class Keyring:
    """Finds keys each time they are needed, so that none stays in memory and a new one counts at once."""

    def __init__(self, folder: Path, environ: Mapping[str, str] = os.environ) -> None:
        self._path, self._environ = folder / FILE, environ

    @property
    def exists(self) -> bool:
        """Whether there is any key."""
        return self.given or self._path.exists()

    @property
    def given(self) -> bool:
        """Whether the environment gives the keys, which then nobody but its owner changes."""
        return bool(self._environ.get(VARIABLE))

    @property
    def source(self) -> str:
        """Where the keys come from, for people."""
        return f"the environment variable {VARIABLE}" if self.given else str(self._path)

    def keys(self) -> list[Key]:
        """All keys, the one that encrypts first.

        Raises:
            Unavailable: there is none, it is no key, or others than its owner can reach the file.
        """
        if self.given:
            both = f"{self._environ[VARIABLE]},{self._environ.get(PREVIOUS, '')}"
            return self._parsed(both.replace(",", "\n"))
        return self._parsed(keyfile.read(self._path, f"set {VARIABLE} to the key"))

    def by_id(self) -> dict[str, Key]:
        """All keys by their ids, the one that encrypts first; raises as `keys` does."""
        return {key.id: key for key in self.keys()}

    def create(self) -> None:
        """Make a key file unless there is one; of processes that try at once one wins, and none sees half a key."""
        with keyfile.held(self._path):
            if not os.path.lexists(self._path):
                keyfile.replace(self._path, _new_key())

    def add(self) -> Key:
        """Put a new key above the others, so that it encrypts from now on; they still open what they closed.

        Raises:
            Conflict: the environment gives the keys.
            Unavailable: the keys that are there cannot be read.
        """
        if self.given:
            raise Conflict(
                f"The keys come from {self.source}, which only whoever sets it can change.",
                fix=f"Set {VARIABLE} to a new key and {PREVIOUS} to the old one, restart every process of the home,"
                " and run `workbench keys rotate --resume`.",
                code="key_from_environment",
            )
        with keyfile.held(self._path):
            keyfile.replace(self._path, _new_key() + _lines(self.keys()))
            return self.keys()[0]

    def retire(self, unused: Collection[str]) -> list[str]:
        """Remove keys by their ids, never the one that encrypts; the ids of those that are gone.

        What the environment gives stays.
        """
        if self.given or not unused:
            return []
        with keyfile.held(self._path):
            first, *others = self.keys()
            kept = [key for key in others if key.id not in unused]
            if len(kept) < len(others):
                keyfile.replace(self._path, _lines([first, *kept]))
        return [key.id for key in others if key.id in unused]

    def _parsed(self, text: str) -> list[Key]:
        try:
            found = [base64.b64decode(line.strip(), validate=True) for line in text.splitlines() if line.strip()]
        except (binascii.Error, ValueError):
            found = []
        if not found or any(len(material) != KEY_BYTES for material in found):
            raise Unavailable(
                f"{self.source} holds no key: a key is {KEY_BYTES} random bytes in base64.",
                fix="Restore it from a backup. Where no secret was set yet, remove it and a new one is made.",
                code="secret_key_malformed",
            ) from None
        return [Key(material) for material in dict.fromkeys(found)]


def _new_key() -> bytes:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n"


def _lines(keys: Collection[Key]) -> bytes:
    return b"".join(base64.b64encode(key.reveal()) + b"\n" for key in keys)
