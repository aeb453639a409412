"""One team server for each home: the second is told who the first is."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.core.errors import Conflict

NAME = ".serve.lock"


@contextmanager
def only_server(home: Path) -> Iterator[None]:
    """Be the one team server of a home.

    Raises:
        Conflict: another one runs; where, and as which process.
    """
    with (home / NAME).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise _taken(home, file.read()) from None
        file.truncate(0)
        json.dump({"host": socket.gethostname(), "pid": os.getpid()}, file)
        file.flush()
        yield
        file.truncate(0)


def _taken(home: Path, text: str) -> Conflict:
    try:
        other = json.loads(text)
        named = f"process {other['pid']} on {other['host']}"
    except (ValueError, KeyError, TypeError):
        named = "another process"
    return Conflict(
        f"The home {home} is served already, by {named}.",
        fix="Use that server, or stop it first.",
        code="served_already",
    )
