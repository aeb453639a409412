"""Whether there is a bubblewrap that works here, and what to say where there is none."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache

from workbench.core.errors import Unavailable

INSTALL = (
    "Install bubblewrap (Debian, Ubuntu: `apt-get install bubblewrap`; Fedora: `dnf install bubblewrap`), "
    "or start with --allow-unsandboxed where everybody is trusted with the server's own rights."
)
PROBE = ("--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "true")
PROBE_SECONDS = 20


def path() -> str:
    """The program.

    Raises:
        Unavailable: it is not installed, or the system does not let it make a sandbox.
    """
    found = shutil.which("bwrap")
    if found is None:
        raise Unavailable(
            "No code of a person runs here: there is no bubblewrap to put it into a sandbox.",
            fix=INSTALL,
            code="no_sandbox",
        )
    refusal = _refusal(found)
    if refusal is not None:
        raise Unavailable(
            f"No code of a person runs here: bubblewrap cannot make a sandbox ({refusal}).",
            fix="Let unprivileged users make namespaces (sysctl kernel.unprivileged_userns_clone, user.max_user_"
            "namespaces, kernel.apparmor_restrict_unprivileged_userns; in a container: its seccomp profile).",
            code="no_sandbox",
        )
    return found


@cache
def _refusal(program: str) -> str | None:
    """What bubblewrap says against making a sandbox; None where it makes one."""
    try:
        done = subprocess.run([program, *PROBE], capture_output=True, text=True, timeout=PROBE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return None if done.returncode == 0 else done.stderr.strip()[:300] or f"exit code {done.returncode}"
