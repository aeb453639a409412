"""What a home needs done now and then: leftovers settled, old things forgotten, the audit trail's head written down."""

from __future__ import annotations

import fcntl
import logging
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select

from workbench.core import events, idempotency
from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.workbench import Workbench
from workbench.domains.access import service as access
from workbench.domains.admin.schemas import ChoreDone, ChoreView, Round
from workbench.domains.audit import service as audit
from workbench.domains.runs.models import ENDED, Run
from workbench.domains.runs.service import retention
from workbench.domains.secrets import service as secrets
from workbench.domains.store.models import Commit, CommitState
from workbench.domains.store.service import recovery
from workbench.domains.store.service import retention as store

from . import rounds

log = logging.getLogger(__name__)
MOST = 5000  # that is counted as due


def settle_commits(workbench: Workbench) -> int | None:
    """Complete what was accepted and interrupted, and discard what nobody finished."""
    recovery.recover(workbench)
    return None


def forget_runs(workbench: Workbench) -> int | None:
    """Delete runs that are older than they are to be kept."""
    if forgotten := retention.forget(workbench, workbench.settings.retain_runs_days):
        log.info("forgot %d runs that ended more than %d days ago", forgotten, workbench.settings.retain_runs_days)
    return forgotten


def forget_events(workbench: Workbench) -> int | None:
    """Delete events that are older than they are to be kept."""
    more = True
    while more:
        with workbench.unit_of_work() as db:  # a short one each time, since it holds up every other writer
            more = events.forget(db, workbench.settings.retain_events_days)
    return None


def forget_staged_writes(workbench: Workbench) -> int | None:
    """Delete what is on record of writes whose commits ended a while ago."""
    return store.forget_staged(workbench, workbench.settings.retain_staged_hours)


def forget_idempotency_keys(workbench: Workbench) -> int | None:
    """Delete the keys of requests that nobody repeats any more."""
    more = True
    while more:
        with workbench.unit_of_work() as db:
            more = idempotency.forget(db)
    return None


def forget_expired_secrets(workbench: Workbench) -> int | None:
    """Delete the values of rotated secrets that no longer count."""
    with workbench.unit_of_work() as db:
        if forgotten := secrets.forget_expired(db):
            log.info("forgot %d values of secrets that were rotated", forgotten)
    return forgotten


def finish_key_rotation(workbench: Workbench) -> int | None:
    """Go on where a rotation of the key was interrupted; keys are retired only by who asks for it."""
    with workbench.read() as db:
        behind = any(
            state.state == "older" and state.secrets for state in secrets.states(db, secrets.keyring_of(workbench))
        )
    if behind:
        secrets.rewrap(workbench)
    return None


def deliver_mail(workbench: Workbench) -> int | None:
    """Have mail delivered that waited when a process ended."""
    with workbench.read() as db:
        waits = access.has_due(db)
    if waits:
        access.outbox(workbench).wake()
    return None


def export_audit_head(workbench: Workbench) -> int | None:
    """Write the trail's head beside the database, so that an end that is cut off later is noticed."""
    with workbench.read() as db:
        audit.export_head(db, workbench.settings.home)
    return None


CHORES: tuple[Callable[[Workbench], int | None], ...] = (
    settle_commits,
    forget_runs,
    forget_events,
    forget_staged_writes,
    forget_idempotency_keys,
    forget_expired_secrets,
    finish_key_rotation,
    deliver_mail,
    export_audit_head,
)


def tidy(workbench: Workbench) -> bool:
    """Do every chore once, unless another process of the home is at it; a chore that fails does not stop the next."""
    with (workbench.settings.home / "housekeeping.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        begun = now()
        done = Round(at=begun, chores=[_do(chore, workbench) for chore in CHORES])
        rounds.keep(workbench.settings.home, done)
    return True


def _do(chore: Callable[[Workbench], int | None], workbench: Workbench) -> ChoreDone:
    begun, did, failed = time.monotonic(), None, False
    try:
        did = chore(workbench)
    except Exception:
        log.exception("%s could not be done now", chore.__name__)
        failed = True
    return ChoreDone(name=chore.__name__, seconds=round(time.monotonic() - begun, 3), did=did, failed=failed)


def listed(ctx: Context) -> list[ChoreView]:
    """The chores, with what some of them would find to do now."""
    due, settings = {}, ctx.workbench.settings
    old = now() - timedelta(days=settings.retain_runs_days)
    runs = select(Run.id).where(Run.status.in_(ENDED), Run.finished_at < old).limit(MOST)
    oldest = select(events.Event.at).order_by(events.Event.sequence).limit(MOST).subquery()
    forgettable = now() - timedelta(days=settings.retain_events_days)
    accepted = select(Commit.id).where(Commit.state == CommitState.COMMITTING).limit(MOST)
    due[forget_runs.__name__] = ctx.db.scalar(select(func.count()).select_from(runs.subquery()))
    due[forget_events.__name__] = ctx.db.scalar(select(func.count()).where(oldest.c.at < forgettable))
    due[settle_commits.__name__] = ctx.db.scalar(select(func.count()).select_from(accepted.subquery()))
    return [
        ChoreView(name=chore.__name__, help=(chore.__doc__ or "").strip(), due=due.get(chore.__name__))
        for chore in CHORES
    ]
