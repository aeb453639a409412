"""Commits that their processes left: completed by whoever comes by, or discarded; and their files removed."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from workbench.core.clock import now
from workbench.core.workbench import Workbench
from workbench.domains.store.models import Commit, CommitState

from . import committer, parts
from .patience import Patience

log = logging.getLogger(__name__)


def complete_if_due(workbench: Workbench, commit_id: UUID, run_id: UUID | None) -> bool:
    """Complete a prepared commit unless that failed a short while ago; says whether it is done.

    A failure does not hold up the caller. It is logged when it has a new cause, not each time that it is tried.
    """
    patience = workbench.part("store.patience", Patience)
    if not patience.due(commit_id):
        return False
    try:
        committer.complete(workbench, commit_id)
    except Exception as error:
        if patience.failed(commit_id, error):
            whose = f" of run {run_id}" if run_id else ""
            log.exception("commit %s%s cannot be completed now", commit_id, whose, extra={"run_id": run_id})
        return False
    patience.succeeded(commit_id)
    return True


def recover(workbench: Workbench) -> int:
    """Complete every commit that was prepared, and discard old ones without a run that nobody finished.

    Says how many were completed.
    """
    old = now() - timedelta(hours=workbench.settings.retain_staged_hours)
    with workbench.unit_of_work() as db:
        left = select(Commit).where(Commit.state == CommitState.OPEN)
        for commit in db.scalars(left.where((Commit.run_id.is_(None)) & (Commit.created_at < old))):
            committer.discard(workbench.settings, db, commit)
    with workbench.read() as db:
        prepared = db.scalars(select(Commit).where(Commit.state == CommitState.COMMITTING)).all()
    done = sum(complete_if_due(workbench, commit.id, commit.run_id) for commit in prepared)
    _sweep(workbench)
    return done


def _sweep(workbench: Workbench) -> None:
    """Remove the folders of commits without a run that ended before their files were removed, and what was spooled."""
    settings = workbench.settings
    old = now().timestamp() - 3600 * settings.retain_staged_hours
    for spooled in parts.spill(settings).glob("*.parquet"):
        with suppress(FileNotFoundError):
            if spooled.stat().st_mtime < old:
                spooled.unlink()
    folders = [parts.kept(settings, folder) for folder in parts.staging(settings, "").glob("*")]
    with workbench.read() as db:
        ended = select(Commit).where(Commit.folder.in_(folders), Commit.ended_at.is_not(None))
        for commit in db.scalars(ended):
            committer.remove_files(settings, commit)
