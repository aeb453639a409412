"""The run within which this process acts, as the environment of a run's kernel says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from uuid import UUID

from workbench.core.context import RunScope
from workbench.core.workbench import Workbench
from workbench.domains.runs.service import ledger


def scope_of_environment(workbench: Workbench, environ: Mapping[str, str]) -> RunScope | None:
    """The scope of the run that started this process; None outside a run.

    Raises:
        LeaseLost: the attempt was given up.
    """
    if "WORKBENCH_RUN" not in environ:
        return None
    return workbench.part("run_scope", lambda: _load(workbench, environ))


def _load(workbench: Workbench, environ: Mapping[str, str]) -> RunScope:
    run_id, token = UUID(environ["WORKBENCH_RUN"]), environ["WORKBENCH_LEASE"]
    with workbench.read() as db:
        run = ledger.leased(db, run_id, token)
    return RunScope(
        run_id=run_id,
        attempt=run.attempt,
        commit_id=cast("UUID", run.commit_id),  # every attempt opens a commit
        folder=ledger.attempt_folder(workbench.settings, run_id, run.attempt),
        lease_token=token,
        reads=tuple(run.rights["reads"]),
        writes=tuple(run.rights["writes"]),
    )
