"""How long an execution may take and how much it may write, and what it is called when it does not keep to it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Self

MIB = 1024 * 1024
PREFIX = "WORKBENCH_"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What an execution may take; sizes in bytes, times in seconds, None for no limit.

    The environment sets one by its name in capitals: `WORKBENCH_CELL_OUTPUT_BYTES=20000000`.
    """

    cell_output_bytes: int = 5 * MIB
    run_output_bytes: int = 50 * MIB
    run_seconds: float | None = None
    cell_seconds: float | None = None
    start_seconds: float = 60.0
    heartbeat_seconds: float = 30.0
    interrupt_grace: float = 5.0
    exit_grace: float = 5.0

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """The limits with what the environment changes; a value that is no number is ignored."""
        found: dict[str, float] = {}
        for item in fields(cls):
            try:
                found[item.name] = (int if item.name.endswith("_bytes") else float)(environ[PREFIX + item.name.upper()])
            except (KeyError, ValueError):
                continue
        return replace(cls(), **found)  # type: ignore[arg-type]


def _nothing(*_: object) -> None:
    """Does not listen."""


@dataclass(frozen=True, kw_only=True)
class Hooks:
    """Who wants to know. Hooks are called in the thread that executes; what they raise ends the execution."""

    on_cell_start: Callable[[int, int, str], None] = _nothing
    """(k, n, first line): the k-th of the notebook's n code cells starts; k counts from 1."""
    on_cell_end: Callable[[int, int, bool], None] = _nothing
    """(k, n, went well)"""
    on_output: Callable[[str], None] = _nothing
    """Text that a cell wrote, as it comes; it may hold part of a line or many lines."""
    on_traceback: Callable[[str], None] = _nothing
    """How a cell came to its error, which quotes its code; what the error says follows as output."""
    cancelled: Callable[[], bool] = field(default=lambda: False)
    """Asked several times a second; `threading.Event().is_set` will do."""


class Stop(Exception):
    """An execution was ended early; subclasses say why."""


class RunTimeout(Stop):
    """The whole run took longer than it may."""


class RunCancelled(Stop):
    """Somebody cancelled the run."""


class ResourceLimit(Stop):
    """The kernel and what it started used up the memory or the disk that they may."""


class OutputLimit(Stop):
    """A cell wrote more output than may be kept."""
