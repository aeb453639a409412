"""Forgets what was staged for commits that ended: their versions hold all that is worth knowing."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from workbench.core.clock import now
from workbench.core.workbench import Workbench
from workbench.domains.store.models import Commit, CommitState, StagedWrite

BATCH = 200
ENDED = (CommitState.DONE, CommitState.DISCARDED)


def forget_staged(workbench: Workbench, hours: float) -> int:
    """Delete the staged writes of commits that ended more than `hours` ago, and say of how many commits."""
    before = now() - timedelta(hours=hours)
    over = select(StagedWrite.commit_id).join(Commit, Commit.id == StagedWrite.commit_id)
    over = over.where(Commit.state.in_(ENDED), Commit.ended_at < before).distinct().limit(BATCH)
    forgotten = 0
    while True:
        with workbench.unit_of_work() as db:  # a short one each time, since it holds up every other writer
            ids = list(db.scalars(over))
            db.execute(delete(StagedWrite).where(StagedWrite.commit_id.in_(ids)))
        forgotten += len(ids)
        if len(ids) < BATCH:
            return forgotten
