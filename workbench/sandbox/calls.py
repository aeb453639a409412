"""Which system calls a sandbox is refused: those that make namespaces, mount, look into others, or hide memory.

Namespaces, mounts and limits hold without this. It keeps a person's code away from parts of the kernel that it has no
use for, and from memory that nobody could measure (memfd, System V segments).
"""

from __future__ import annotations

import base64
import os
import struct
from errno import EAFNOSUPPORT, ENOSYS, EPERM

LOAD, EQUAL, GREATER_OR_EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
KILL, ERRNO, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
NEW_NAMESPACES = 0x7E020000
PR_SET_DUMPABLE = 4
FAMILIES = (1, 2, 10, 16)  # unix, the two of IP (of a network without a way out), netlink
X32 = 0x40000000

# architecture, then the numbers of its calls
_MACHINES: dict[str, tuple[int, dict[str, int]]] = {
    "x86_64": (0xC000003E, {
        "clone": 56, "clone3": 435, "socket": 41, "prctl": 157, "memfd_create": 319, "shmget": 29,
        "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "pidfd_getfd": 438, "kcmp": 312,
        "keyctl": 250, "add_key": 248, "request_key": 249, "mount": 165, "umount2": 166, "pivot_root": 155,
        "chroot": 161, "unshare": 272, "setns": 308, "open_tree": 428, "move_mount": 429, "fsopen": 430,
        "fsconfig": 431, "fsmount": 432, "fspick": 433, "mount_setattr": 442, "bpf": 321, "perf_event_open": 298,
        "userfaultfd": 323, "kexec_load": 246, "kexec_file_load": 320, "init_module": 175, "finit_module": 313,
        "delete_module": 176, "open_by_handle_at": 304, "io_uring_setup": 425, "io_uring_enter": 426,
        "io_uring_register": 427, "memfd_secret": 447, "quotactl": 179, "swapon": 167, "reboot": 169, "acct": 163,
        "settimeofday": 164, "clock_settime": 227, "adjtimex": 159, "iopl": 172, "ioperm": 173, "modify_ldt": 154,
        "syslog": 103, "lookup_dcookie": 212, "msgget": 68,
    }),
    "aarch64": (0xC00000B7, {
        "clone": 220, "clone3": 435, "socket": 198, "prctl": 167, "memfd_create": 279, "shmget": 194,
        "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "pidfd_getfd": 438, "kcmp": 272,
        "keyctl": 219, "add_key": 217, "request_key": 218, "mount": 40, "umount2": 39, "pivot_root": 41,
        "chroot": 51, "unshare": 97, "setns": 268, "open_tree": 428, "move_mount": 429, "fsopen": 430,
        "fsconfig": 431, "fsmount": 432, "fspick": 433, "mount_setattr": 442, "bpf": 280, "perf_event_open": 241,
        "userfaultfd": 282, "kexec_load": 104, "kexec_file_load": 294, "init_module": 105, "finit_module": 273,
        "delete_module": 106, "open_by_handle_at": 265, "io_uring_setup": 425, "io_uring_enter": 426,
        "io_uring_register": 427, "memfd_secret": 447, "quotactl": 60, "swapon": 224, "reboot": 142, "acct": 89,
        "settimeofday": 170, "clock_settime": 112, "adjtimex": 171, "syslog": 116, "lookup_dcookie": 18,
        "msgget": 186,
    }),
}  # fmt: skip
_MISSING = ("clone3", "memfd_create", "shmget")  # libraries do without where they hear that there is no such call
_BY_ARGUMENT = ("clone", "socket", "prctl")


def program(machine: str | None = None) -> str:
    """The filter for seccomp, in base64; empty for a machine whose calls are not listed here."""
    known = _MACHINES.get(machine or os.uname().machine)
    if known is None:
        return ""
    architecture, calls = known
    steps = [
        (LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, architecture), (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER), (GREATER_OR_EQUAL, 0, 1, X32), (RETURN, 0, 0, ERRNO | ENOSYS),
    ]  # fmt: skip
    for name, number in calls.items():
        if name not in _BY_ARGUMENT:
            answer = ENOSYS if name in _MISSING else EPERM
            steps += [(EQUAL, 0, 1, number), (RETURN, 0, 0, ERRNO | answer)]
    first = (LOAD, 0, 0, FIRST_ARGUMENT)
    refused, allowed = (RETURN, 0, 0, ERRNO | EPERM), (RETURN, 0, 0, ALLOW)
    steps += [(EQUAL, 0, 4, calls["clone"]), first, (ANY_BIT, 0, 1, NEW_NAMESPACES), refused, allowed]
    steps += [(EQUAL, 0, 4, calls["prctl"]), first, (EQUAL, 0, 1, PR_SET_DUMPABLE), refused, allowed]
    steps += [(EQUAL, 0, len(FAMILIES) + 3, calls["socket"]), first]
    steps += [(EQUAL, len(FAMILIES) - place, 0, family) for place, family in enumerate(FAMILIES)]
    steps += [(RETURN, 0, 0, ERRNO | EAFNOSUPPORT), allowed, allowed]
    return base64.b64encode(b"".join(struct.pack("=HBBI", *step) for step in steps)).decode()
