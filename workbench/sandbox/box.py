"""One sandbox: what it is made of, and the command that makes it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from . import bubblewrap, calls, places
from .limits import Limits

INSIDE = PurePosixPath("/workspace")
SCRATCH = PurePosixPath("/tmp")  # noqa: S108 - a file system of the sandbox's own
UID = 65534
LAUNCHER = Path(__file__).with_name("inside.py")
LOCALE = ("LANG", "LC_ALL", "LC_CTYPE", "TZ")
# A user namespace gives an unprivileged server the right to make the others; root needs none, and keeps just what the
# launcher takes to become somebody else for good.
AS_USER = ("--unshare-all", "--unshare-user", "--disable-userns", "--uid", str(UID), "--gid", str(UID))
AS_ROOT = (
    "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try", "--cap-drop", "ALL",
    "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Box:
    """A sandbox to be made.

    `folder` is seen as /workspace, `shared` folders at their own places, both to read and write; `readable` ones to
    read. `hidden` folders are never seen, whatever they lie in. The code starts in `cwd`, and HOME is `home`.
    """

    folder: Path
    limits: Limits
    shared: tuple[Path, ...] = ()
    readable: tuple[Path, ...] = ()
    hidden: tuple[Path, ...] = ()
    cwd: PurePosixPath = INSIDE
    home: PurePosixPath = SCRATCH
    variables: Mapping[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """All variables that the code finds."""
        locale = {name: os.environ[name] for name in LOCALE if name in os.environ}
        own = {
            "PATH": f"{sys.prefix}/bin:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "USER": "nobody",
            "LOGNAME": "nobody",
            "TMPDIR": str(SCRATCH),
        }
        return {"LANG": "C.UTF-8"} | locale | own | dict(self.variables)

    def seen(self, place: Path) -> PurePosixPath | None:
        """Where the code finds what is in the folder outside; None for what lies elsewhere."""
        return INSIDE / place.relative_to(self.folder) if place.is_relative_to(self.folder) else None

    def prepare(self) -> None:
        """Make the folder, and let the sandbox's user write where she may."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.geteuid() == 0:
            for folder in (self.folder, *self.shared):
                hand_over(folder)

    def command(self, argv: Sequence[str], *, info: int | None = None) -> list[str]:
        """The command that runs `argv` inside; bubblewrap tells descriptor `info` about itself.

        Raises:
            Unavailable: there is no bubblewrap that works.
        """
        root = os.geteuid() == 0
        own = {"uid": UID if root else None, "cwd": str(self.cwd)}
        given = own | {"limits": self.limits.of_process(), "filter": calls.program()}
        launcher = [sys.executable, "-I", "-S", "-B", str(LAUNCHER), json.dumps(given)]
        said = [] if info is None else ["--info-fd", str(info)]
        kind = AS_ROOT if root else AS_USER
        always = ("--die-with-parent", "--new-session", "--hostname", "sandbox", "--unsetenv", "JPY_PARENT_PID")
        return [bubblewrap.path(), *kind, *always, *said, *self._mounts(argv[0]), "--", *launcher, *argv]

    def _mounts(self, program: str) -> list[str]:
        scratch = ["--perms", "1777", *(["--size", str(self.limits.memory // 4)] if self.limits.memory else [])]
        mounts = [*_way_to(Path("/etc/passwd")), *places.system(), "--proc", "/proc", "--dev", "/dev"]
        mounts += [*scratch, "--tmpfs", "/dev/shm", *scratch, "--tmpfs", str(SCRATCH)]  # noqa: S108 - likewise
        for folder in places.outermost([*places.python(program), *self.readable]):
            mounts += [*_way_to(folder), "--ro-bind", str(folder), str(folder)]
            for secret in self.hidden:
                if secret.is_relative_to(folder) and secret.is_dir():
                    mounts += ["--tmpfs", str(secret)]
        for folder in self.shared:
            mounts += [*_way_to(folder), "--bind", str(folder), str(folder)]
        mounts += ["--bind", str(self.folder), str(INSIDE)]
        return [*mounts, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]


def _way_to(folder: Path) -> list[str]:
    """Folders that lead to one, which anybody may pass through; made by bubblewrap itself they are closed."""
    above = [place for place in reversed(folder.parents) if len(place.parts) > 1 and place != Path(SCRATCH)]
    return [word for place in above for word in ("--perms", "0755", "--dir", str(place))]


def hand_over(folder: Path) -> None:
    """Give a folder and all in it to the sandbox's user; only root can do it.

    Another sandbox may be at work in the folder, so every name is taken beneath an opened folder, never as a path.
    """
    for _, _, files, descriptor in os.fwalk(folder):
        os.chown(descriptor, UID, UID)
        for name in files:
            with suppress(FileNotFoundError):
                os.chown(name, UID, UID, dir_fd=descriptor, follow_symlinks=False)
