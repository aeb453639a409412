"""Watches an execution: time limits, cancellation, and whether the kernel still lives."""

from __future__ import annotations

from time import monotonic
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from .heartbeat import is_stopped
from .limits import Hooks, Limits, RunCancelled, RunTimeout
from .process import KernelProcess

TICK_SECONDS = 0.1
_SETTLED_SECONDS = 0.2
_AGAIN_SECONDS = 1.5
_NEVER = float("inf")


class KernelNotResponding(DeadKernelError):
    """The kernel's process is there, but it is stopped or has lost its heartbeat."""


class Watch:
    """Ends an execution that must end: the kernel is interrupted, and killed if it does not heed that in time."""

    def __init__(self, process: KernelProcess, limits: Limits, hooks: Hooks) -> None:
        self._process, self._limits, self._hooks = process, limits, hooks
        self._deadline = _after(limits.run_seconds)
        self._cell_deadline: float | None = None
        self._cell_limit: float | None = None
        self._cell = NotebookNode()
        self._next = 0.0
        self._kill_at = 0.0
        self._executing_since = _NEVER
        self._interrupt_at = _NEVER
        self.stop: Exception | None = None

    @property
    def cancelled(self) -> bool:
        """Whether it is being ended because somebody cancelled it."""
        return isinstance(self.stop, RunCancelled)

    def begin_cell(self, seconds: float | None, cell: NotebookNode) -> None:
        """A cell was sent, which may take `seconds`."""
        self._cell_limit, self._cell = seconds, cell
        self._cell_deadline = _after(seconds)
        self._executing_since = _NEVER

    def executing(self) -> None:
        """The kernel said that it executes the cell; an interrupt sent before would have been lost."""
        self._executing_since = monotonic()

    def end(self, reason: Exception) -> None:
        """End the execution for a reason; the first one counts."""
        if self.stop is not None:
            return
        self.stop = reason
        self._kill_at = monotonic() + self._limits.interrupt_grace
        self._interrupt_at = 0.0

    def _interrupt_when_due(self, now: float) -> None:
        """Interrupt once; again only if the cell had hardly begun, when ipykernel may lose an interrupt."""
        executed_for = now - self._executing_since
        if now >= self._interrupt_at and executed_for >= _SETTLED_SECONDS:
            self._process.interrupt()
            self._interrupt_at = now + _AGAIN_SECONDS if executed_for < _AGAIN_SECONDS else _NEVER

    def check_start(self) -> None:
        """Raise what ends an execution whose kernel is only starting.

        Raises:
            Stop: it was cancelled or took too long.
        """
        if (reason := self._reason()) is not None:
            raise reason

    def check(self, *, gone: bool = False) -> None:
        """Look whether all is well; cheap, to be called often.

        `gone` says that the process has ended and nothing is left to read.

        Raises:
            DeadKernelError: the kernel is gone or does not respond.
            Exception: the reason for which the execution was ended, where the kernel had to be killed for it.
        """
        now = monotonic()
        if gone:
            raise self.stop or self._process.failure
        if now < self._next:
            return
        self._next = now + TICK_SECONDS
        if self.stop is not None and now >= self._kill_at:
            self._process.kill()
            raise self.stop
        if (reason := self._reason()) is not None:
            self.end(reason)
        if self.stop is not None:
            self._interrupt_when_due(now)
        if self._process.exit_fd is None and not self._process.is_alive():
            raise self._process.failure
        self._listen()

    def _reason(self) -> Exception | None:
        if self._hooks.cancelled():
            return RunCancelled("The run was cancelled.")
        now = monotonic()
        if self._deadline is not None and now >= self._deadline:
            return RunTimeout(f"The run took longer than the {self._limits.run_seconds:g} s that it may take.")
        if self._cell_deadline is not None and now >= self._cell_deadline:
            seconds: Any = self._cell_limit  # whole or not, it is only printed
            return CellTimeoutError.error_from_timeout_and_cell("Cell execution timed out", seconds, self._cell)
        return None

    def _listen(self) -> None:
        """Not every kernel answers pings while it computes, so silence alone is held against ipykernel only."""
        beat, limit = self._process.heartbeat, self._limits.heartbeat_seconds
        if beat is None:
            return
        silence = beat.check()
        if silence < limit:
            return
        if is_stopped(self._process.pid):
            self._process.kill()
            raise KernelNotResponding(f"The kernel's process is stopped (SIGSTOP) and was silent for {silence:.0f} s.")
        if self._process.is_ipykernel:
            self._process.kill()
            raise KernelNotResponding(f"The kernel has not answered for {silence:.0f} s.")


def _after(seconds: float | None) -> float | None:
    return monotonic() + seconds if seconds else None
