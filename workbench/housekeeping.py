"""What a home needs done now and then: leftovers settled, old things forgotten, the audit trail's head written down."""

from __future__ import annotations

import fcntl
import logging
import threading
from collections.abc import Callable
from contextlib import suppress

from workbench.core import events, idempotency
from workbench.core.workbench import Workbench
from workbench.domains.access import service as access
from workbench.domains.audit import service as audit
from workbench.domains.runs.service import retention
from workbench.domains.secrets import service as secrets
from workbench.domains.store.service import recovery
from workbench.domains.store.service import retention as store

log = logging.getLogger(__name__)
FIRST_SECONDS = 60.0
PERIOD_SECONDS = 3600.0


def settle_commits(workbench: Workbench) -> None:
    """Complete what was accepted and interrupted, and discard what nobody finished."""
    recovery.recover(workbench)


def forget_runs(workbench: Workbench) -> None:
    """Delete runs that are older than they are to be kept."""
    if forgotten := retention.forget(workbench, workbench.settings.retain_runs_days):
        log.info("forgot %d runs that ended more than %d days ago", forgotten, workbench.settings.retain_runs_days)


def forget_events(workbench: Workbench) -> None:
    """Delete events that are older than they are to be kept."""
    more = True
    while more:
        with workbench.unit_of_work() as db:  # a short one each time, since it holds up every other writer
            more = events.forget(db, workbench.settings.retain_events_days)


def forget_staged_writes(workbench: Workbench) -> None:
    """Delete what is on record of writes whose commits ended a while ago."""
    store.forget_staged(workbench, workbench.settings.retain_staged_hours)


def forget_idempotency_keys(workbench: Workbench) -> None:
    """Delete the keys of requests that nobody repeats any more."""
    more = True
    while more:
        with workbench.unit_of_work() as db:
            more = idempotency.forget(db)


def forget_expired_secrets(workbench: Workbench) -> None:
    """Delete the values of rotated secrets that no longer count."""
    with workbench.unit_of_work() as db:
        if forgotten := secrets.forget_expired(db):
            log.info("forgot %d values of secrets that were rotated", forgotten)


def finish_key_rotation(workbench: Workbench) -> None:
    """Go on where a rotation of the key was interrupted; keys are retired only by who asks for it."""
    with workbench.read() as db:
        behind = any(
            state.state == "older" and state.secrets for state in secrets.states(db, secrets.keyring_of(workbench))
        )
    if behind:
        secrets.rewrap(workbench)


def deliver_mail(workbench: Workbench) -> None:
    """Have mail delivered that waited when a process ended."""
    with workbench.read() as db:
        waits = access.has_due(db)
    if waits:
        access.outbox(workbench).wake()


def export_audit_head(workbench: Workbench) -> None:
    """Write the trail's head beside the database, so that an end that is cut off later is noticed."""
    with workbench.read() as db:
        audit.export_head(db, workbench.settings.home)


CHORES: tuple[Callable[[Workbench], None], ...] = (
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
        for chore in CHORES:
            try:
                chore(workbench)
            except Exception:
                log.exception("%s could not be done now", chore.__name__)
    return True


class Housekeeper:
    """A thread that tidies a home a minute after the start, and then every hour."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="workbench-housekeeper", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Begin no further round, and wait for the one under way."""
        self._stopping.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        wait = FIRST_SECONDS
        while not self._stopping.wait(wait):
            with suppress(OSError):  # a full disk is the doctor's to report
                tidy(self._workbench)
            wait = PERIOD_SECONDS
