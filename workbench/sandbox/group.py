"""Measures what the processes of a sandbox hold together, seen from outside."""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
BLOCK = 512
MOST_FILES = 200_000
TOO_MUCH = 1 << 62


def members(root: int) -> list[int]:
    """A process and all its descendants."""
    children: dict[int, list[int]] = defaultdict(list)
    for name in os.listdir("/proc"):  # noqa: PTH208 - likewise
        if name.isdigit() and (parent := _parent(name)) is not None:
            children[parent].append(int(name))
    found = [root]
    for pid in found:
        found += children[pid]
    return found


def _parent(pid: str) -> int | None:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 - read hundreds of times a second
            return int(file.read().rpartition(b")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return None


def memory(pids: list[int], limit: int) -> int:
    """The bytes of memory that processes hold, those they share counted once if it would matter for `limit`."""
    rough = sum(_resident(pid) for pid in pids)
    return rough if rough <= limit else sum(_proportional(pid) for pid in pids)


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # a process that does not let itself be looked at counts with all it has
        return _resident(pid)
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def disk(folder: Path, pids: list[int]) -> int:
    """The bytes on disk of what lies in a folder, and of files there that have no name any more but are still open.

    Counting ends at `MOST_FILES`; so many count as more than anybody may have, and so do files that a process hides.
    """
    with suppress(FileNotFoundError):
        place = folder.stat()
        seen = {(state.st_dev, state.st_ino): state.st_blocks * BLOCK for state in _within(folder)}
        if len(seen) > MOST_FILES:
            return TOO_MUCH
        for pid in pids:
            try:
                states = list(_open_files(pid))
            except PermissionError:
                if _resident(pid):  # one that is ending does not let itself be looked at either, but holds no memory
                    return TOO_MUCH
                continue
            nameless = [state for state in states if state.st_dev == place.st_dev and state.st_nlink == 0]
            seen |= {(state.st_dev, state.st_ino): state.st_blocks * BLOCK for state in nameless}
        return sum(seen.values())
    return 0


def _within(folder: Path) -> Iterator[os.stat_result]:
    count, waiting = 0, [os.fspath(folder)]
    while waiting and count <= MOST_FILES:
        with suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                count += 1
                if count > MOST_FILES + 1:
                    return
                with suppress(OSError):
                    yield entry.stat(follow_symlinks=False)
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)


def _open_files(pid: int) -> Iterator[os.stat_result]:
    # Gone while we looked, as processes are wont to; not to be allowed to look is another matter.
    with suppress(FileNotFoundError, ProcessLookupError), os.scandir(f"/proc/{pid}/fd") as entries:
        for entry in entries:
            with suppress(FileNotFoundError, ProcessLookupError):
                state = entry.stat()
                if stat.S_ISREG(state.st_mode):
                    yield state
