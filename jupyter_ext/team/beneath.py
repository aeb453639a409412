"""Changes files below a folder that hostile code may change at the same time: no link leads out of it."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
OLD = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe is opened without waiting, and refused
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
MORE = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
MODE = 0o600


@contextmanager
def folder_of(root: Path, place: str) -> Iterator[tuple[int, str]]:
    """The open folder that holds a place below `root`, and the place's name in it.

    Raises:
        OSError: the folder is not there, or a part of its path is a link.
    """
    *folders, name = Path(place).relative_to(root).parts
    held = os.open(root, FOLDER)
    try:
        for folder in folders:
            following = os.open(folder, FOLDER, dir_fd=held)
            os.close(held)
            held = following
        yield held, name
    finally:
        os.close(held)


@contextmanager
def reading(root: Path, place: str, most: int) -> Iterator[IO[bytes]]:
    """A file to read, of at most so many bytes.

    Raises:
        OSError: it is not there, is no plain file, or is larger.
    """
    with folder_of(root, place) as (folder, name):
        file = os.fdopen(os.open(name, OLD, dir_fd=folder), "rb")
    with file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "no plain file")
        if found.st_size > most:
            raise OSError(errno.EFBIG, "too large")
        yield file


@contextmanager
def replacing(root: Path, place: str, *, text: bool, encoding: str = "utf-8") -> Iterator[IO[Any]]:
    """A new file that takes the place of what is there once all of it is on the disk.

    Raises:
        OSError: it cannot be written.
    """
    with folder_of(root, place) as (folder, name):
        passing = f".{secrets.token_hex(8)}.part"
        descriptor = os.open(passing, NEW, MODE, dir_fd=folder)
        try:
            _give(descriptor, folder)
            with _opened(descriptor, text, encoding) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.rename(passing, name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            os.unlink(passing, dir_fd=folder)
            raise


@contextmanager
def appending(root: Path, place: str) -> Iterator[IO[bytes]]:
    """A file to write more to.

    Raises:
        OSError: it is not there, or is a link.
    """
    with folder_of(root, place) as (folder, name), os.fdopen(os.open(name, MORE, dir_fd=folder), "ab") as file:
        yield file


def remove(root: Path, place: str) -> None:
    """Remove a file, or a folder with all that is in it.

    Raises:
        OSError: it cannot be removed.
    """
    with folder_of(root, place) as (folder, name):
        try:
            os.unlink(name, dir_fd=folder)
        except (IsADirectoryError, PermissionError):  # which of them depends on the system
            shutil.rmtree(name, dir_fd=folder)


def move(root: Path, old: str, new: str) -> None:
    """Give a file or folder another name or place.

    Raises:
        OSError: it is not there, or cannot be moved.
    """
    with folder_of(root, old) as (source, old_name), folder_of(root, new) as (target, new_name):
        os.rename(old_name, new_name, src_dir_fd=source, dst_dir_fd=target)


def make_folder(root: Path, place: str) -> None:
    """Make a folder, if it is not there.

    Raises:
        OSError: it cannot be made.
    """
    with folder_of(root, place) as (folder, name):
        try:
            os.mkdir(name, 0o700, dir_fd=folder)
        except FileExistsError:
            os.close(os.open(name, FOLDER, dir_fd=folder))
        else:
            made = os.open(name, FOLDER, dir_fd=folder)
            _give(made, folder)
            os.close(made)


def _give(descriptor: int, folder: int) -> None:
    """Have a new file belong to whom its folder does: where the server is root, the sandbox's user is another."""
    if os.geteuid() == 0:
        owner = os.fstat(folder)
        os.fchown(descriptor, owner.st_uid, owner.st_gid)


def _opened(descriptor: int, text: bool, encoding: str) -> IO[Any]:
    return os.fdopen(descriptor, "w", encoding=encoding, newline="\n") if text else os.fdopen(descriptor, "wb")
