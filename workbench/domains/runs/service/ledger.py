"""The states of runs and the leases that guard them: every change of an executing run shows its lease."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from workbench.core import clock, events
from workbench.core.errors import Conflict
from workbench.core.settings import Settings
from workbench.core.workbench import Workbench
from workbench.domains.runs.models import ENDED, EXECUTING, HOLDING, Run, Status
from workbench.domains.store.models import Commit
from workbench.domains.store.service import committer

from .code import bare_progress
from .failures import group_of

LOCAL = "local"
CLAIMS = 50  # more than claim at once, each of which is passed over
Slowest = tuple[int, float]  # the number of the code cell that took longest, and its seconds


class LeaseLost(Conflict):
    """This attempt no longer speaks for its run."""

    code = "lease_lost"


@dataclass(frozen=True, slots=True)
class Claim:
    """An attempt that was begun: what its worker needs to know."""

    run_id: UUID
    attempt: int
    lease_token: str


def attempt_folder(settings: Settings, run_id: UUID, attempt: int) -> Path:
    """Where an attempt keeps its output, log and staged files."""
    return settings.runs_dir / str(run_id) / str(attempt)


def announce(db: Session, run: Run, **data: Any) -> None:
    """Tell whoever may read the run where it stands."""
    events.emit(
        db,
        f"run.{run.status}" if not data else "run.progress",
        workspace_id=run.workspace_id,
        object_id=run.id,
        owner_id=run.owner_id,
        permission="runs:read",
        data={"status": run.status, "title": run.title, "attempt": run.attempt} | data,
    )


def now_of(db: Session) -> datetime:
    """The time by which leases are measured: the database's on PostgreSQL, where machines may disagree."""
    if db.get_bind().dialect.name == "sqlite":
        return clock.now()
    found: datetime = db.execute(select(func.clock_timestamp())).scalar_one()
    return found


def claim(workbench: Workbench, slot: int, only: UUID | None = None) -> Claim | None:
    """Begin an attempt at the queued run whose turn it is, or at one; None where there is nothing to do.

    The caller holds the slot's lock, and whoever holds it next may conclude that this attempt is dead.
    """
    with workbench.unit_of_work() as db:
        run = _taken(db, [only] if only else db.scalars(in_turn().limit(CLAIMS)).all())
        if run is None:
            return None
        run.status, run.attempt, run.slot = Status.STARTING, run.attempt + 1, slot
        run.lease_token = secrets.token_hex(16)
        run.lease_until = now_of(db) + timedelta(seconds=workbench.settings.lease_seconds)
        run.cells_done, run.current_cell = 0, None
        folder = attempt_folder(workbench.settings, run.id, run.attempt)
        run.commit_id = committer.open_commit(
            workbench.settings, db, run.workspace_id, run_id=run.id, attempt=run.attempt, folder=folder,
            owner_id=run.rights_of_id, author=run.rights_of,
        ).id  # fmt: skip
        announce(db, run)
        return Claim(run.id, run.attempt, run.lease_token)


def waiting() -> Select[Run]:
    """The queued runs that this machine may take."""
    return select(Run).where(Run.status == Status.QUEUED, Run.backend == LOCAL)


def _taken(db: Session, wanted: Iterable[UUID]) -> Run | None:
    """The first of some runs that waits and that nobody else is claiming, locked; None where there is none."""
    for run_id in wanted:
        query = waiting().where(Run.id == run_id).with_for_update(skip_locked=True)
        if (run := db.scalars(query).one_or_none()) is not None:
            return run
    return None


def in_turn() -> Select[UUID]:
    """The queued runs, first those of whose submitter the fewest are under way, then the latest began longest ago.

    Of one submitter the oldest comes first, and each that waits before another counts as one under way: while somebody
    else claims it, it is. Nothing is joined, so that a database needs no statistics to find it quickly.
    """
    mine, oldest = (Run.owner_id, Run.status), (Run.created_at, Run.id)
    under_way = func.count().filter(Run.status.in_(HOLDING)).over(partition_by=Run.owner_id)
    place = func.row_number().over(partition_by=mine, order_by=oldest)
    columns = Run.id, Run.owner_id, Run.status, Run.created_at, under_way.label("under_way"), place.label("place")
    takes_part = or_(Run.status.in_(HOLDING), and_(Run.status == Status.QUEUED, Run.backend == LOCAL))
    queue = select(*columns).where(takes_part).subquery()
    latest = select(func.max(Run.started_at)).where(Run.owner_id == queue.c.owner_id).correlate(queue).scalar_subquery()
    began = func.max(case((queue.c.place == 1, latest))).over(partition_by=queue.c.owner_id)  # one look for a submitter
    order = queue.c.under_way + queue.c.place, began.nulls_first(), queue.c.created_at, queue.c.id
    return select(queue.c.id).where(queue.c.status == Status.QUEUED).order_by(*order)


def fenced(db: Session, run_id: UUID, lease_token: str) -> Run:
    """The run of an attempt that still holds the lease, locked.

    Raises:
        LeaseLost: somebody else speaks for the run now.
    """
    return leased(db, run_id, lease_token, lock=True)


def leased(db: Session, run_id: UUID, lease_token: str, *, lock: bool = False) -> Run:
    """The run of an attempt that still holds the lease.

    Raises:
        LeaseLost: somebody else speaks for the run now.
    """
    query = select(Run).where(Run.id == run_id, Run.lease_token == lease_token)
    run = db.scalars(query.with_for_update() if lock else query).one_or_none()
    if run is None:
        raise LeaseLost(f"The attempt at run {run_id} was given up; nothing of it is kept.")
    return run


def begin(workbench: Workbench, mine: Claim) -> None:
    """The worker is up and executes."""
    with workbench.unit_of_work() as db:
        run = fenced(db, mine.run_id, mine.lease_token)
        run.status = Status.RUNNING
        run.started_at = run.started_at or clock.now()
        announce(db, run)


def beat(workbench: Workbench, mine: Claim, progress: dict[str, Any] | None) -> None:
    """Renew the lease and note progress."""
    with workbench.unit_of_work() as db:
        run = fenced(db, mine.run_id, mine.lease_token)
        run.lease_until = now_of(db) + timedelta(seconds=workbench.settings.lease_seconds)
        if progress:
            run.cells_done, run.cells_total = progress["cells_done"], progress["cells_total"]
            run.current_cell = progress["current_cell"]
            announce(db, run, **bare_progress(progress))


def enter_commit(workbench: Workbench, mine: Claim, slowest: Slowest | None = None) -> UUID:
    """Move a run whose notebook succeeded past the point of no return; answers its commit.

    Raises:
        WorkbenchError: what it wrote cannot be committed; the run is unchanged.
    """
    while True:
        with workbench.unit_of_work() as db:
            run = fenced(db, mine.run_id, mine.lease_token)
            commit = commit_of(db, run)
            blocking = committer.blocking_commits(db, commit)
            if not blocking:
                committer.prepare(workbench.settings, db, commit)
                run.status, run.current_cell, run.cells_done = Status.COMMITTING, None, run.cells_total or 0
                run.slowest_cell, run.slowest_seconds = slowest or (None, None)
                announce(db, run)
                return commit.id
        for other in blocking:
            committer.complete(workbench, other)


@events.hook("store.committed")
def succeed(db: Session, commit: Any) -> None:
    """Within the transaction that makes a run's tables visible, the run becomes a success."""
    if commit.run_id is None:
        return
    run = db.get_one(Run, commit.run_id)
    if run.status == Status.COMMITTING and run.commit_id == commit.id:
        end(db, run, Status.SUCCEEDED)


def commit_of(db: Session, run: Run) -> Commit:
    """The commit of the run's current attempt."""
    return committer.get(db, cast("UUID", run.commit_id))  # set when the attempt was claimed


def fail(
    workbench: Workbench, mine: Claim, status: Status, error: dict[str, Any] | None, slowest: Slowest | None = None
) -> None:
    """End an attempt without success: nothing that it staged will be seen."""
    with workbench.unit_of_work() as db:
        run = fenced(db, mine.run_id, mine.lease_token)
        run.slowest_cell, run.slowest_seconds = slowest or (None, None)
        committer.discard(workbench.settings, db, commit_of(db, run))
        end(db, run, status, error)


def end(db: Session, run: Run, status: Status, error: dict[str, Any] | None = None) -> None:
    """Write down how a run ended and give up its lease."""
    run.status, run.error, run.finished_at = status, error, clock.now()
    run.error_group = group_of(error) if error else None
    run.seconds = (run.finished_at - run.started_at).total_seconds() if run.started_at else None
    run.lease_token = run.lease_until = run.slot = None
    run.current_cell = None
    announce(db, run)


def give_up(settings: Settings, db: Session, run: Run) -> None:
    """An attempt's processes are dead: try again, unless it was cancelled or tried often enough."""
    if run.status not in EXECUTING:
        return
    committer.discard(settings, db, commit_of(db, run))
    if run.cancel_requested_by:
        end(db, run, Status.CANCELLED)
    elif run.attempt >= settings.attempts:
        message = f"The process was lost in each of {run.attempt} attempts."
        fix = "Look at the log; the machine may be short of memory. Retry when that is mended."
        end(db, run, Status.CRASHED, {"name": "WorkerLost", "message": message, "fix": fix})
    else:
        run.status, run.lease_token, run.lease_until, run.slot = Status.QUEUED, None, None, None
        announce(db, run)


def request_cancel(db: Session, run: Run, by: str) -> None:
    """Cancel a queued run at once, and ask the worker of an executing one to stop.

    Raises:
        Conflict: the run is past the point where it could be stopped.
    """
    if run.status in ENDED:
        raise Conflict(f"The run has ended: it {run.status}.", code="run_ended")
    if run.status == Status.COMMITTING:
        raise Conflict("The run is writing its tables and can no longer be stopped.", code="run_committing")
    run.cancel_requested_by = by
    if run.status == Status.QUEUED:
        end(db, run, Status.CANCELLED)
    else:
        announce(db, run, cancelling=True)
