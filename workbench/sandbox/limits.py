"""How much a sandbox may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from workbench.core.settings import Settings

OPEN_FILES = 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds of one sandbox; sizes in bytes, and 0 for none.

    `memory`, `disk` and `processes` (threads included) are of all its processes together, `cpu_seconds` and
    `file_bytes` of each.
    """

    memory: int
    processes: int
    cpu_seconds: int
    file_bytes: int
    disk: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The limits that the settings say."""
        return cls(
            memory=settings.sandbox_memory_bytes,
            processes=settings.sandbox_processes,
            cpu_seconds=settings.sandbox_cpu_seconds,
            file_bytes=settings.sandbox_file_bytes,
            disk=settings.sandbox_disk_bytes,
        )

    def of_process(self) -> dict[str, int]:
        """What the launcher sets for each process, by the names of `resource`."""
        wanted = {
            "RLIMIT_DATA": self.memory,
            "RLIMIT_NPROC": self.processes,
            "RLIMIT_CPU": self.cpu_seconds,
            "RLIMIT_FSIZE": self.file_bytes,
            "RLIMIT_NOFILE": OPEN_FILES,
        }
        return {name: value for name, value in wanted.items() if value} | {"RLIMIT_CORE": 0, "RLIMIT_MSGQUEUE": 0}
