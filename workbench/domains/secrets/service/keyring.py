"""Key-encryption keys: from the environment, or from a file that only its owner may read."""

from __future__ import annotations

import base64
import binascii
import fcntl
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from workbench.core.errors import Unavailable

KEY_BYTES = 32
FILE = "secrets.key"
VARIABLE = "WORKBENCH_KEY"


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
        return bool(self._environ.get(VARIABLE)) or self._path.exists()

    @property
    def source(self) -> str:
        """Where the keys come from, for people."""
        return f"the environment variable {VARIABLE}" if self._environ.get(VARIABLE) else str(self._path)

    def keys(self) -> list[Key]:
        """All keys, the one that encrypts first.

        Raises:
            Unavailable: there is none, it is no key, or others than its owner can reach the file.
        """
        if given := self._environ.get(VARIABLE):
            return self._parsed(given.replace(",", "\n"))
        return self._parsed(self._read())

    def create(self) -> None:
        """Make a key file unless there is one; of processes that try at once one wins, and none sees half a key."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._path.with_name(f"{FILE}.new")
        with _held(self._path.with_name(f"{FILE}.lock")):
            if os.path.lexists(self._path):
                return
            draft.unlink(missing_ok=True)  # of a process that died at this very place
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
                file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._path)

    def _read(self) -> str:
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            raise Unavailable(
                f"The key that opens secrets is missing: there is no {self._path}.",
                fix=f"Restore the file from a backup, or set {VARIABLE} to the key.",
                code="secret_key_missing",
            ) from None
        except OSError as error:
            raise Unavailable(
                f"The key file {self._path} cannot be read: {error.strerror}.",
                fix="It must be a plain file of the user who runs the workbench.",
                code="secret_key_unsafe",
            ) from None
        with os.fdopen(descriptor, "rb") as file:
            self._check(os.fstat(descriptor))
            return file.read(64 * 1024).decode("ascii", "replace")

    def _check(self, status: os.stat_result) -> None:
        problem = fix = ""
        if not stat.S_ISREG(status.st_mode):
            problem, fix = "is not a plain file", "Put the key into a plain file."
        elif status.st_uid != os.geteuid():
            problem, fix = (
                f"belongs to user {status.st_uid}",
                f"Run `chown {os.geteuid()} {self._path}`, if you trust it.",
            )
        elif status.st_mode & 0o077:
            problem, fix = f"has mode {status.st_mode & 0o777:04o}", f"Run `chmod 600 {self._path}`."
        if problem:
            raise Unavailable(
                f"The key file {self._path} {problem}, so others may know the key or have changed it.",
                fix=fix,
                code="secret_key_unsafe",
            )

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
        return [Key(material) for material in found]


@contextmanager
def _held(lock: Path) -> Iterator[None]:
    with os.fdopen(os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
