"""Forgets runs that ended long ago: their rows, their results and their folders."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from workbench.core.clock import now
from workbench.core.files import remove_tree
from workbench.core.workbench import Workbench
from workbench.domains.runs.models import ENDED, Run, RunCheck, RunFigure, RunMetric, RunNotebook

BATCH = 200


def forget(workbench: Workbench, days: int) -> int:
    """Delete the runs that ended more than `days` ago, and say how many they were.

    The tables that they wrote stay, with the runs' ids in their history. Folders go first: after a kill, a row that is
    left is found again, a folder would not be.
    """
    forgotten = 0
    before = now() - timedelta(days=days)
    while True:
        with workbench.read() as db:
            old = select(Run.id).where(Run.status.in_(ENDED), Run.finished_at < before).limit(BATCH)
            ids = list(db.scalars(old))
        if not ids:
            return forgotten
        for run_id in ids:
            remove_tree(workbench.settings.runs_dir / str(run_id))
        with workbench.unit_of_work() as db:
            for part in (RunMetric, RunFigure, RunCheck, RunNotebook):
                db.execute(delete(part).where(part.run_id.in_(ids)))
            db.execute(delete(Run).where(Run.id.in_(ids)))
        forgotten += len(ids)
