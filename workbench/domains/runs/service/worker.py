"""One attempt at a run: executes the notebook, keeps the lease, reports progress, and commits."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from workbench.core.errors import WorkbenchError
from workbench.core.files import write_whole
from workbench.core.people import who
from workbench.core.secrets import mask
from workbench.core.workbench import Workbench
from workbench.domains.runs.models import Run, Status
from workbench.domains.store.service import committer

from . import ledger, sandbox, submission
from .hiding import hide_secrets, masked
from .logfile import LogFile

log = logging.getLogger(__name__)
REPORT_SECONDS = 0.25  # at most four progress events a second
MARGIN_SECONDS = 5.0
KERNEL_LOST = frozenset({"DeadKernelError", "KernelNotResponding"})


class Attempt:
    """An attempt that this process was started for; `slot` is the file that its kernel inherits."""

    def __init__(self, workbench: Workbench, claim: ledger.Claim, slot: int) -> None:
        self._workbench, self._claim, self._slot = workbench, claim, slot
        self._folder = ledger.attempt_folder(workbench.settings, claim.run_id, claim.attempt)
        self._progress: dict[str, Any] | None = None
        self._slowest: ledger.Slowest | None = None
        self._cell_began = time.monotonic()
        self._committing = False
        self._cancel, self._finished = threading.Event(), threading.Event()
        self._cancelled_by = ""

    def run(self) -> None:
        """Execute and write down how it ended; whatever happens, the run does not stay in between."""
        with self._workbench.read() as db:
            run = ledger.leased(db, self._claim.run_id, self._claim.lease_token)
        keeper = threading.Thread(target=self._keep, name="lease", daemon=True)
        try:
            ledger.begin(self._workbench, self._claim)
            keeper.start()
            with self._workbench.read() as db:
                notebook = submission.notebook_of(db, run)
            failure = self._execute(run, notebook)
        except WorkbenchError as error:
            failure = Status.FAILED, _described(error)
        except Exception as error:
            log.exception("run %s", run.id, extra={"run_id": run.id, "correlation_id": run.correlation_id})
            failure = Status.CRASHED, {"name": type(error).__name__, "message": mask(str(error))[:2000]}
        if failure is None:
            failure = self._commit()
        self._finished.set()
        if failure is not None:
            ledger.fail(self._workbench, self._claim, *failure, self._slowest)
        if keeper.ident:
            keeper.join()

    def _execute(self, run: Run, notebook: Any) -> tuple[Status, dict[str, Any] | None] | None:
        """Run the cells; answers how it failed, or None."""
        from workbench.engines.limits import Hooks, Limits
        from workbench.engines.run import execute

        settings, options = self._workbench.settings, run.options
        output = self._folder / "output.ipynb"
        with LogFile(self._folder / "log.jsonl") as self._lines, self._surroundings(run) as surroundings:
            result = execute(
                notebook,
                output,
                run.parameters,
                kernel_name=options.get("kernel"),
                report_mode=options.get("report_mode", False),
                source=options.get("source", run.title),
                kept_at=options.get("output"),
                limits=Limits(
                    run_seconds=settings.run_seconds,
                    cell_seconds=options.get("cell_seconds"),
                    start_seconds=options.get("start_seconds", 60.0),
                    cell_output_bytes=settings.cell_output_bytes,
                    run_output_bytes=settings.run_output_bytes,
                ),
                hooks=Hooks(
                    on_cell_start=self._cell_started,
                    on_cell_end=self._cell_ended,
                    on_output=self._lines.write,
                    on_traceback=self._lines.write_traceback,
                    cancelled=self._cancel.is_set,
                ),
                **surroundings,
            )
            if result.status == "cancelled":
                self._lines.close_with(f"The run was cancelled by {who(self._cancelled_by)}.")
        hide_secrets(self._workbench, run, self._folder)
        if target := options.get("output"):
            _copy(output, Path(target))
        if result.status == "cancelled":
            return Status.CANCELLED, None
        if result.failure is not None:
            status = Status.CRASHED if result.failure.name in KERNEL_LOST else Status.FAILED
            return status, masked(asdict(result.failure))
        return None

    def _commit(self) -> tuple[Status, dict[str, Any] | None] | None:
        try:
            commit_id = ledger.enter_commit(self._workbench, self._claim, self._slowest)
        except ledger.LeaseLost:
            raise
        except WorkbenchError as error:
            return Status.FAILED, _described(error)
        self._committing = True
        committer.complete(self._workbench, commit_id)  # from here on it can only be tried again, by anybody
        return None

    @contextmanager
    def _surroundings(self, run: Run) -> Iterator[dict[str, Any]]:
        """Where the kernel starts and what it is given: beside this process, or in a sandbox that shares nothing."""
        if self._workbench.settings.sandboxed:
            with sandbox.kernel(self._workbench, self._claim, run) as provision:
                yield {"provision": provision}
            return
        environment = {name: value for name, value in os.environ.items() if name != "WORKBENCH_SLOT_FD"}
        environment["WORKBENCH_WORKSPACE"] = str(run.workspace_id)
        yield {"cwd": self._working_folder(run.options), "env": environment, "pass_fds": (self._slot,)}

    def _working_folder(self, options: dict[str, Any]) -> Path:
        if cwd := options.get("cwd"):
            return Path(cwd)
        folder = self._folder / "work"
        folder.mkdir(exist_ok=True)
        return folder

    def _cell_started(self, number: int, total: int, first_line: str) -> None:
        self._lines.cell, self._cell_began = number, time.monotonic()
        cell = {"number": number, "first_line": first_line[:200]}
        self._progress = {"cells_done": number - 1, "cells_total": total, "current_cell": cell}

    def _cell_ended(self, number: int, total: int, went_well: bool) -> None:
        took = time.monotonic() - self._cell_began
        if self._slowest is None or took > self._slowest[1]:
            self._slowest = number, took
        if went_well:
            self._progress = {"cells_done": number, "cells_total": total, "current_cell": None}

    def _keep(self) -> None:
        """Renew the lease, report progress and watch for cancellation until the attempt has ended."""
        told, renewed = None, time.monotonic()
        while not self._finished.wait(REPORT_SECONDS):
            progress, age = self._progress, time.monotonic() - renewed
            try:
                if progress is not told or age > self._workbench.settings.lease_seconds / 6:
                    ledger.beat(self._workbench, self._claim, None if progress is told else progress)
                    told, renewed = progress, time.monotonic()
                self._watch()
            except ledger.LeaseLost:
                if self._finished.is_set() or self._committing:
                    return  # the lease ended because the run did
                _die("the attempt was given up")
            except WorkbenchError as error:
                log.warning("the lease could not be renewed: %s", error)
                if age > self._workbench.settings.lease_seconds - MARGIN_SECONDS:
                    _die("the lease could not be renewed in time")

    def _watch(self) -> None:
        with self._workbench.read() as db:
            run = ledger.leased(db, self._claim.run_id, self._claim.lease_token)
        if run.cancel_requested_by:
            self._cancelled_by = run.cancel_requested_by
            self._cancel.set()


def _described(error: WorkbenchError) -> dict[str, Any]:
    return {"name": error.code, "message": error.detail, "fix": error.fix}


def _copy(source: Path, target: Path) -> None:
    """Put the output where the caller wanted it, whole or not at all."""
    if not source.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, source.read_bytes())


def _die(why: str) -> None:
    """End this process at once, and with it its kernel: nothing may follow that somebody else now speaks for."""
    log.error("worker ends: %s", why)
    os.kill(os.getpid(), signal.SIGKILL)
