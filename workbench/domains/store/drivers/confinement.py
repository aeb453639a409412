"""What a process gives up before it runs somebody's SQL: memory, writing, other files, the network."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # Landlock's system calls, the same on every architecture
READ_FILE, READ_DIR, TRUNCATE_SINCE, NET_SINCE, SCOPE_SINCE = 1 << 2, 1 << 3, 3, 4, 6
ALL_BUT_NEWER = (1 << 13) - 1
# What DuckDB asks about the machine when it starts a thread.
MACHINE = (
    "/dev/null", "/dev/urandom", "/usr/share/zoneinfo", "/proc/self/cgroup", "/proc/self/mountinfo", "/proc/meminfo",
    "/sys/fs/cgroup", "/sys/devices/system",
)  # fmt: skip
HEADROOM = 768 * 1024 * 1024


def leash(*, die_with_parent: bool) -> None:
    """Leave no core, gain no rights, let no other process look inside, and end with the parent; Linux only.

    The parent is the thread that made this process, so only a single-threaded one should be died with.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        if die_with_parent:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        libc.prctl(PR_SET_DUMPABLE, 0)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def limit(memory: int, seconds: float) -> None:
    """No file may be written, and no more memory or processor time be used than given (bytes, seconds)."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    processor = int(seconds * (os.cpu_count() or 1)) + 60
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor))
    statm = Path("/proc/self/statm")
    if statm.exists():
        used = int(statm.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + memory + HEADROOM,) * 2)


def confine(readable: Iterable[str], *, folders: Iterable[str] = ()) -> bool:
    """From now on only Python's own files, `readable` and what lies in `folders` can be opened, to read.

    Nothing can be made, run or reached.

    By Landlock, which holds for the threads that are started afterwards too. False where the kernel has none.
    """
    version = landlock()
    if version < 1:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    handled = ALL_BUT_NEWER | (1 << 13 if version >= 2 else 0) | (1 << 14 if version >= TRUNCATE_SINCE else 0)
    fields = [handled, *([0b11] if version >= NET_SINCE else []), *([0b11] if version >= SCOPE_SINCE else [])]
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    rules = libc.syscall(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    try:
        for path in (*_python(), *MACHINE, *folders):
            _allow(libc, rules, path, READ_FILE | READ_DIR)
        for path in readable:
            _allow(libc, rules, path, READ_FILE)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return bool(libc.syscall(RESTRICT_SELF, rules, ctypes.c_uint32(0)) == 0)
    finally:
        os.close(rules)


def landlock() -> int:
    """The version of Landlock that the kernel has, 0 where it has none."""
    if sys.platform != "linux":
        return 0
    version: int = ctypes.CDLL(None).syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    return version


def _python() -> set[str]:
    return {sys.prefix, sys.base_prefix, *(sysconfig.get_path(name) for name in ("stdlib", "platlib", "purelib"))}


def _allow(libc: ctypes.CDLL, rules: int, path: str, access: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not Path(path).is_dir():
            access &= ~READ_DIR
        libc.syscall(ADD_RULE, rules, ctypes.c_int(1), struct.pack("=Qi", access, descriptor), ctypes.c_uint32(0))
    finally:
        os.close(descriptor)
