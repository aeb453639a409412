"""What is under way."""

from __future__ import annotations

from sqlalchemy import func, select

from workbench.core.context import Context
from workbench.core.visibility import visible
from workbench.domains.monitoring.schemas import NowView
from workbench.domains.runs.models import ENDED, HOLDING, Run, Status
from workbench.domains.runs.service.executor import executing

ACTIVE = [status for status in Status if status not in ENDED]


def now(ctx: Context) -> NowView:
    """How many runs the caller sees under way and waiting, and how many slots of the machine are free for anybody's."""
    counted = visible(ctx, Run).where(Run.status.in_(ACTIVE)).with_only_columns(Run.status, func.count())
    found = dict(iter(ctx.db.execute(counted.group_by(Run.status))))
    waiting = visible(ctx, Run).where(Run.status == Status.QUEUED).with_only_columns(func.min(Run.created_at))
    settings = ctx.workbench.settings
    return NowView(
        running=sum(found.values()) - found.get(Status.QUEUED, 0),
        waiting=found.get(Status.QUEUED, 0),
        longest_wait=ctx.db.scalar(waiting),
        executing=executing(settings),
        slots=settings.slots,
        slots_free=max(settings.slots - _held(ctx), 0),
    )


def _held(ctx: Context) -> int:
    """How many slots are held, by whichever workspace: the machine has no others."""
    with ctx.workbench.read() as db:
        return db.scalar(select(func.count()).where(Run.status.in_(HOLDING), Run.backend == "local")) or 0
