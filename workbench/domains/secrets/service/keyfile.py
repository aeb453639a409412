"""Files that hold keys: their owner's alone, and replaced whole or not at all."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.core.errors import Unavailable

LARGEST = 64 * 1024


def read(path: Path, otherwise: str) -> str:
    """What a file holds; `otherwise` is what else would mend it if it were missing.

    Raises:
        Unavailable: it is missing, no plain file, or others than its owner can reach it.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise Unavailable(
            f"The key that opens secrets is missing: there is no {path}.",
            fix=f"Restore the file from a backup, or {otherwise}.",
            code="secret_key_missing",
        ) from None
    except OSError as error:
        raise Unavailable(
            f"The key file {path} cannot be read: {error.strerror}.",
            fix="It must be a plain file of the user who runs the workbench.",
            code="secret_key_unsafe",
        ) from None
    with os.fdopen(descriptor, "rb") as file:
        _check(path, os.fstat(descriptor))
        return file.read(LARGEST).decode("ascii", "replace")


def replace(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 in the place of another, and have the disk know before anybody relies on it."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)  # of a process that died at this very place
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Keep other processes from changing a file meanwhile; its folder is made where it is missing."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = path.with_name(f"{path.name}.lock")
    with os.fdopen(os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _check(path: Path, status: os.stat_result) -> None:
    problem = fix = ""
    if not stat.S_ISREG(status.st_mode):
        problem, fix = "is not a plain file", "Put the key into a plain file."
    elif status.st_uid != os.geteuid():
        problem, fix = f"belongs to user {status.st_uid}", f"Run `chown {os.geteuid()} {path}`, if you trust it."
    elif status.st_mode & 0o077:
        problem, fix = f"has mode {status.st_mode & 0o777:04o}", f"Run `chmod 600 {path}`."
    if problem:
        raise Unavailable(
            f"The key file {path} {problem}, so others may know the key or have changed it.",
            fix=fix,
            code="secret_key_unsafe",
        )
