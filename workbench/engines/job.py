"""What a worker wants of one execution beyond what papermill can say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .limits import Hooks, Limits

Provision = Callable[[Any, Path], Any]
"""Of a kernel manager and the folder of its sockets, the provisioner of its kernel."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One execution; the engine takes it as the option `job`."""

    limits: Limits = field(default_factory=Limits.from_environment)
    hooks: Hooks = field(default_factory=Hooks)
    env: Mapping[str, str] | None = None
    """The kernel's whole environment; this process's when None."""
    cwd: Path | None = None
    pass_fds: tuple[int, ...] = ()
    """Descriptors that the kernel inherits, such as a lock that says it lives."""
    capture_log: bool = False
    """Keep what the kernel's process itself prints for error messages, instead of printing it here."""
    provision: Provision | None = None
    """Makes what starts the kernel, for kernels that do not run beside this process; jupyter_client's own when None."""
    kill_remains: bool = False
    """Kill what the notebook left running when the kernel has ended."""
