"""Private folders for the sockets of kernels, with paths short enough for a socket."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from workbench.core.files import remove_tree

PREFIX = "wbk-"
LONGEST_SOCKET_PATH = 103  # 107 on Linux, 103 on macOS
_LONGEST_NAME = len("/wbk-12345678/k-ipc-12345")


class RuntimeFolder:
    """A folder that only its owner may enter; it goes with the process, or at the next start of any other."""

    def __init__(self) -> None:
        base = _base()
        _sweep(base)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
        self._lock = _locked(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Remove the folder."""
        remove_tree(self.path)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _base() -> Path:
    wanted = [os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"]  # noqa: S108
    for place in filter(None, wanted):
        if len(place) + _LONGEST_NAME <= LONGEST_SOCKET_PATH and os.access(place, os.W_OK | os.X_OK):
            return Path(place)
    return Path(tempfile.gettempdir())


def _locked(folder: Path) -> int | None:
    """A descriptor that holds the folder's lock, None if somebody else does or the folder is gone."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _sweep(base: Path) -> None:
    """Remove the folders of processes that were killed: those whose lock nobody holds."""
    with contextlib.suppress(OSError):
        for folder in base.glob(PREFIX + "*"):
            # An empty folder may have been made this moment and not be locked yet.
            if folder.stat().st_uid == os.getuid() and any(folder.iterdir()) and (lock := _locked(folder)) is not None:
                remove_tree(folder)
                os.close(lock)
