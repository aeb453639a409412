"""The work behind the engine: a notebook that saves itself on a budget while its cells are executed."""

from __future__ import annotations

import logging
from time import monotonic
from typing import Any

from nbformat import NotebookNode
from papermill.engines import NotebookExecutionManager
from papermill.utils import remove_args

from .client import KernelClient
from .job import Job
from .saving import Saver, install

log = logging.getLogger("papermill")


class SavingManager(NotebookExecutionManager):  # type: ignore[misc]
    """papermill's bookkeeping; it asks for a save at each of some 2N + 3 occasions and gets those the budget allows."""

    def __init__(self, nb: NotebookNode, saver: Saver, **options: Any) -> None:
        self._saver = saver
        self._cell_started = self.now()
        super().__init__(nb, **options)

    def save(self, **_: Any) -> None:
        """Save if the budget allows."""
        self._saver.save_if_due(self.nb)

    def autosave_cell(self, **_: Any) -> None:
        """Save within a long cell, if it was asked for and the budget allows."""
        if self.autosave_cell_every and monotonic() - self._saver.last >= self.autosave_cell_every:
            self.save()

    def cell_start(self, cell: NotebookNode, cell_index: int | None = None, **options: Any) -> None:
        """Note that a cell starts."""
        super().cell_start(cell, cell_index, **options)
        self._cell_started = self.now()

    def cell_complete(self, cell: NotebookNode, cell_index: int | None = None, **options: Any) -> None:
        """Note that a cell has ended; papermill would parse the time at which it began back from its text."""
        begun = cell.metadata.papermill.pop("start_time")
        super().cell_complete(cell, cell_index, **options)
        cell.metadata.papermill["start_time"] = begun
        cell.metadata.papermill["duration"] = (self.now() - self._cell_started).total_seconds()

    def save_last(self, *, failed: bool = False) -> None:
        """Complete the notebook and save it, once; `failed` says that cells were left that nobody executed.

        Raises:
            OSError: it could not be saved.
        """
        if self.end_time is None:
            self.cleanup_pbar()
            self._saver.postpone()
            self.notebook_complete()
            if failed:
                self._mark_failed()
            self._saver.save(self.nb)

    def _mark_failed(self) -> None:
        # papermill calls every cell completed that has not failed, also where the kernel never came up.
        self.nb.metadata.papermill["exception"] = True
        for cell in self.nb.cells:
            if cell.metadata.papermill["start_time"] is None:
                cell.metadata.papermill["status"] = self.PENDING


def execute_notebook(
    nb: NotebookNode,
    kernel_name: str,
    *,
    output_path: str | None = None,
    progress_bar: bool | dict[str, Any] = True,
    log_output: bool = False,
    autosave_cell_every: int = 30,
    job: Job | None = None,
    **options: Any,
) -> NotebookNode:
    """Execute a notebook for papermill; see papermill's NBClientEngine for the options.

    Raises:
        DeadKernelError: the kernel died or does not respond.
        Stop: a limit was reached or the run was cancelled; CellTimeoutError likewise for one cell.
        OSError: the notebook could not be saved at the end.
    """
    install()
    job = job or Job()
    manager = SavingManager(
        nb,
        Saver(output_path),
        output_path=output_path,
        progress_bar=progress_bar,
        log_output=log_output,
        autosave_cell_every=autosave_cell_every,
    )
    manager.notebook_start()
    try:
        _client(manager, kernel_name, job, log_output, options).execute(manager.save_last)
    except BaseException:
        try:
            manager.save_last(failed=True)
        except OSError as error:
            log.error("The notebook could not be saved: %s", error)
        raise
    finished: NotebookNode = manager.nb
    return finished


def _client(
    manager: SavingManager, kernel_name: str, job: Job, log_output: bool, options: dict[str, Any]
) -> KernelClient:
    timeout = options.pop("execution_timeout", None) or options.pop("timeout", None)
    traits = remove_args(["input_path", "timeout", "startup_timeout", "start_timeout"], **options)
    return KernelClient(
        manager,
        job,
        timeout=timeout,
        startup_timeout=int(options.get("start_timeout") or job.limits.start_seconds),
        kernel_name=kernel_name,
        log=log,
        log_output=log_output,
        **traits,
    )
