"""Takes queued runs, starts a worker for each, and picks up what lost processes left behind."""

from __future__ import annotations

import fcntl
import logging
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import ClassVar
from uuid import UUID

from sqlalchemy import select

from workbench.core.errors import WorkbenchError
from workbench.core.settings import Settings
from workbench.core.workbench import Workbench
from workbench.domains.runs.models import EXECUTING, HOLDING, Run, Status
from workbench.domains.store.service import recovery

from . import ledger, slots

log = logging.getLogger(__name__)
IDLE_SECONDS = 1.0
CLOSING_SECONDS = 3.0


class Workers:
    """The workers that this process started; they may outlive it, but those that end are not left as zombies."""

    _outliving: ClassVar[list[subprocess.Popen[bytes]]] = []  # of closed homes; Python complains of what it loses

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []

    def add(self, process: subprocess.Popen[bytes]) -> None:
        """Remember a worker, and forget those that have ended."""
        self._processes = [*self.alive(), process]
        self._outliving[:] = [other for other in self._outliving if other.poll() is None]

    def alive(self) -> list[subprocess.Popen[bytes]]:
        """The workers that have not ended."""
        return [process for process in self._processes if process.poll() is None]

    def close(self) -> None:
        """Give workers whose run has ended the moment that they need to end themselves."""
        until = time.monotonic() + CLOSING_SECONDS
        for process in self.alive():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, until - time.monotonic()))
        self._outliving.extend(self.alive())


def workers(workbench: Workbench) -> Workers:
    """The workers that this process started for a home."""
    return workbench.part("runs.workers", Workers)


class Executor:
    """A thread that executes the queue of a home; of all processes that have one, one at a time is active."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="workbench-executor", daemon=True)

    def start(self) -> None:
        """Begin to take runs."""
        self._unsubscribe = self._workbench.on_commit(self._wake.set)
        self._thread.start()

    def stop(self) -> None:
        """Take no more runs; workers under way go on by themselves."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(timeout=10)
        self._unsubscribe()

    def _run(self) -> None:
        with (self._workbench.settings.home / "executor.lock").open("w") as lease:
            while not self._stopping.is_set():
                try:
                    fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self._round()
                except BlockingIOError:
                    pass  # another process of this home executes; this one stands by
                except WorkbenchError as error:
                    log.warning("executor: %s", error)
                except Exception:
                    log.exception("executor")
                self._wake.wait(IDLE_SECONDS)
                self._wake.clear()

    def _round(self) -> None:
        recover(self._workbench)
        while start_next(self._workbench):
            continue


def executing(settings: Settings) -> bool:
    """Whether some process of this home takes queued runs."""
    lock = settings.home / "executor.lock"
    if not lock.exists():
        return False
    with lock.open() as lease:
        try:
            fcntl.flock(lease, fcntl.LOCK_SH | fcntl.LOCK_NB)  # two who ask do not take each other for one that does
        except BlockingIOError:
            return True
    return False


def start_next(workbench: Workbench, only: UUID | None = None) -> bool:
    """Start a worker for the queued run whose turn it is, or for one; False where none waits or no slot is free."""
    with workbench.read() as db:
        waiting = select(Run.id).where(Run.status == Status.QUEUED, Run.backend == "local").limit(1)
        if db.scalar(waiting.where(Run.id == only) if only else waiting) is None:
            return False
    slot = slots.take_any(workbench.settings)
    if slot is None:
        return False
    try:
        _clear(workbench, slot.number)
        claim = ledger.claim(workbench, slot.number, only)
        if claim:
            workers(workbench).add(_spawn(workbench, claim, slot))
        return claim is not None
    finally:
        slot.release()


def _spawn(workbench: Workbench, claim: ledger.Claim, slot: slots.Slot) -> subprocess.Popen[bytes]:
    folder = ledger.attempt_folder(workbench.settings, claim.run_id, claim.attempt)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    environment = os.environ | {
        "WORKBENCH_HOME": str(workbench.settings.home),
        "WORKBENCH_DATABASE_URL": workbench.settings.database_url,
        "WORKBENCH_TEAM": str(int(workbench.settings.team)),
        "WORKBENCH_ALLOW_UNSANDBOXED": str(int(workbench.settings.allow_unsandboxed)),
        "WORKBENCH_RUN": str(claim.run_id),
        "WORKBENCH_ATTEMPT": str(claim.attempt),
        "WORKBENCH_LEASE": claim.lease_token,
        "WORKBENCH_SLOT_FD": str(slot.fileno),
    }
    environment.pop("JPY_PARENT_PID", None)
    with (folder / "worker.log").open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "workbench.worker"],
            env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            pass_fds=(slot.fileno,), start_new_session=True,
        )  # fmt: skip


def recover(workbench: Workbench) -> None:
    """Complete what is past the point of no return, and give up attempts whose processes are dead."""
    with workbench.read() as db:
        in_use = set(db.scalars(select(Run.slot).where(Run.status.in_(HOLDING), Run.backend == "local")))
    for number in in_use:
        slot = slots.take(workbench.settings, number) if number is not None else None
        if slot is not None:
            try:
                _clear(workbench, slot.number)
            finally:
                slot.release()


def _clear(workbench: Workbench, number: int) -> None:
    """Settle what the slot's last holder left: the lock is ours, hence its processes are dead."""
    with workbench.read() as db:
        left = db.scalars(select(Run).where(Run.slot == number, Run.status.in_(HOLDING))).all()
    for run in left:
        if run.status == Status.COMMITTING and run.commit_id is not None:
            recovery.complete_if_due(workbench, run.commit_id, run.id)
    if left:
        with workbench.unit_of_work() as db:
            dead = select(Run).where(Run.slot == number, Run.status.in_(EXECUTING)).with_for_update()
            for run in db.scalars(dead):
                ledger.give_up(workbench.settings, db, run)
