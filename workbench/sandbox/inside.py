"""The first program in a sandbox: it gives up what the system lets it give up, and becomes the person's code.

Run by a Python that looks at nothing else (`-I -S`), so it imports the standard library only. Its first argument says
in JSON what to put on; the rest is the command.
"""

from __future__ import annotations

import base64
import ctypes
import json
import os
import resource
import sys
from typing import Any

PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 4, 22, 24, 38, 47
PR_CAP_AMBIENT_CLEAR_ALL, SECCOMP_MODE_FILTER = 4, 2
CLONE_NEWUSER = 0x10000000
LAST_CAPABILITY = 63
MORE_LIKELY_TO_BE_KILLED = "500"
OTHER_LIMITS = {"RLIMIT_MSGQUEUE": 12}  # Python has no name for it


def main() -> None:
    """Put the limits on and execute the command; on failure end, so that nothing runs without them."""
    wanted, command = json.loads(sys.argv[1]), sys.argv[2:]
    libc = ctypes.CDLL(None, use_errno=True)
    os.umask(0o077)
    if wanted["uid"] is not None:
        become(libc, wanted["uid"])
    os.chdir(wanted["cwd"])
    for capability in range(LAST_CAPABILITY + 1):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)  # refused to who has none to lose
    libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    checked(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    with open("/proc/self/oom_score_adj", "w") as score:  # noqa: PTH123 - pathlib would cost more than all the rest
        score.write(MORE_LIKELY_TO_BE_KILLED)
    for name, value in wanted["limits"].items():
        resource.setrlimit(OTHER_LIMITS.get(name) or getattr(resource, name), (value, value))
    if wanted["filter"]:
        refuse_calls(libc, base64.b64decode(wanted["filter"]))
    os.execvp(command[0], command)  # noqa: S606 - this is what the program is for


def become(libc: Any, uid: int) -> None:
    """From root to an unprivileged user, in a user namespace of his own, where his processes are counted apart."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # lost with the change of user, and with it the way to the maps
    if libc.unshare(CLONE_NEWUSER) == 0:
        for name, said in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{uid} {uid} 1")):
            with open(f"/proc/self/{name}", "w") as file:  # noqa: PTH123
                file.write(said)


def refuse_calls(libc: Any, program: bytes) -> None:
    """Install a filter of system calls, which holds for all that follows."""

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))

    filled = Program(len(program) // 8, program)
    checked(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(filled), 0, 0))


def checked(answer: int) -> None:
    """Raise what the system said.

    Raises:
        OSError: it refused.
    """
    if answer != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


if __name__ == "__main__":
    main()
