"""Files that are written whole or not at all, and last."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe that nobody writes to must not hold us up
# What file systems, and folders that may not be listed, answer to a sync of a folder.
_NOT_FOR_FOLDERS = {errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES, errno.EPERM}


def open_beneath(root: Path, place: Path) -> BinaryIO:
    """Open a regular file below a folder to read, following no link on the way; `place` is relative to `root`.

    For folders that somebody else may change between a look and the opening.

    Raises:
        OSError: it is not there, not a regular file, or a part of the way is a link.
    """
    *folders, name = place.parts
    held = os.open(root, _FOLDER)
    try:
        for folder in folders:
            held, left = os.open(folder, _FOLDER | os.O_NOFOLLOW, dir_fd=held), held
            os.close(left)
        descriptor = os.open(name, _FILE, dir_fd=held)
    finally:
        os.close(held)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a file")
    return os.fdopen(descriptor, "rb")


@contextmanager
def whole(path: Path, mode: int | None = None) -> Iterator[Path]:
    """Where to write what is to be at `path`: it takes that name when the block ends well, else nothing has changed.

    The file gets `mode`, else keeps that of the one it replaces. Links are followed; what is no regular file (a pipe, a
    device) is itself what to write to.

    Raises:
        OSError: it could not be written.
    """
    if path.exists() and not path.is_file():
        yield path
        return
    path = Path(os.path.realpath(path))
    part = path.with_name(f".{path.name[:80]}.{secrets.token_hex(8)}.part")
    try:
        yield part
        if mode is None and path.exists():
            mode = stat.S_IMODE(path.stat().st_mode)
        if mode is not None:
            part.chmod(mode)
        sync(part)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file by `content` as `whole` does; one in a folder that takes no new files is written straight into.

    Raises:
        OSError: it could not be written.
    """
    if not Path(os.path.realpath(path)).parent.is_dir():
        raise FileNotFoundError(f"output folder {path.parent} doesn't exist.")
    try:
        with whole(path) as part:
            part.write_bytes(content)
    except PermissionError:
        path.write_bytes(content)


def sync(path: Path) -> None:
    """Make what is in a file last."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last, as far as its file system does."""
    try:
        sync(folder)
    except OSError as error:
        if error.errno not in _NOT_FOR_FOLDERS:
            raise


def remove_tree(folder: Path) -> None:
    """Remove a folder with all that is in it, also what its maker closed to everybody; what cannot be removed stays."""
    for place, folders, _ in os.walk(folder):
        for name in folders:
            inner = Path(place, name)
            if not inner.is_symlink():
                with suppress(OSError):
                    inner.chmod(stat.S_IRWXU)
    shutil.rmtree(folder, ignore_errors=True)
