"""Who a run acts as at this moment, and what its kernel may ask for from within a sandbox."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy.orm import Session

from workbench.core.caller import LocalCaller
from workbench.core.context import Context, Principal, RunScope, WorkspaceRef
from workbench.core.errors import NotPermitted
from workbench.core.permissions import Role
from workbench.core.workbench import Workbench
from workbench.domains.access.models import Workspace
from workbench.domains.access.service import principal_now
from workbench.domains.pipelines import service as pipelines
from workbench.domains.pipelines.models import PipelineVersion
from workbench.domains.runs.models import Run

from . import ledger

SURFACE = "run"
DATA = frozenset(
    {"connectors.read_data", "tables.read", "tables.stage", "queries.run", "queries.rows", "mappings.apply"}
)
ITSELF = frozenset({"runs.show", "runs.log_metric", "runs.log_figure", "runs.record_check"})
# A run may record results and look at itself whoever submitted it; what it reads and writes is another matter.
OWN_SCOPES = frozenset({"runs:start", "runs:read", "runs:logs"})


class RunCaller(LocalCaller):
    """The caller that a run's sandbox has outside; who it acts as is found out anew for every call."""

    def __init__(self, workbench: Workbench, claim: ledger.Claim) -> None:
        super().__init__(workbench, self._acting)
        self._claim = claim

    def enter(self, name: str, fields: dict[str, Any], body: Any = None) -> Any:
        """Carry out an operation for the run.

        Raises:
            NotPermitted: it is none that a run may ask for.
        """
        if name not in DATA and (name not in ITSELF or str(fields.get("id")) != str(self._claim.run_id)):
            raise NotPermitted(
                f"A run may not ask for {str(name)[:80]!r}.",
                fix=f"It may use {', '.join(sorted(DATA))}, and record its own results.",
                code="not_within_a_run",
            )
        if name in ITSELF:
            return LocalCaller(self.workbench, self._in_person).enter(name, fields, body)
        return super().enter(name, fields, body)

    def _in_person(self, db: Session) -> Context:
        run = ledger.leased(db, self._claim.run_id, self._claim.lease_token)
        itself = Principal(
            "run", f"run:{run.id}", roles={run.workspace_id: frozenset({Role.EXECUTOR})}, scopes=OWN_SCOPES
        )
        return _context(self.workbench, db, run, itself)

    def _acting(self, db: Session) -> Context:
        run = ledger.leased(db, self._claim.run_id, self._claim.lease_token)
        return acting(self.workbench, db, run)


def acting(workbench: Workbench, db: Session, run: Run) -> Context:
    """The context of a run's reads and writes: what was granted when it was submitted, as far as it is still held.

    A published version acts as its publisher, anything else as who submitted it; see `pipelines.current_rights`.
    """
    version = db.get_one(PipelineVersion, run.version_id) if run.version_id is not None else None
    submitter = principal_now(db, run.owner_id, run.submitted_by)
    asked = _context(workbench, db, run, submitter)
    asked.db = db
    principal, rights = pipelines.current_rights(asked, version)
    reads = pipelines.narrowed(run.rights["reads"], rights.reads)
    writes = pipelines.narrowed(run.rights["writes"], rights.writes)
    return _context(workbench, db, run, principal, reads, writes)


def _context(
    workbench: Workbench,
    db: Session,
    run: Run,
    principal: Principal,
    reads: tuple[str, ...] = (),
    writes: tuple[str, ...] = (),
) -> Context:
    workspace = db.get_one(Workspace, run.workspace_id)
    return Context(
        workbench=workbench,
        principal=principal,
        workspace=WorkspaceRef(workspace.id, workspace.name, workspace.timezone),
        surface=SURFACE,
        correlation_id=run.correlation_id,
        run=RunScope(
            run_id=run.id,
            attempt=run.attempt,
            commit_id=cast("Any", run.commit_id),  # every attempt opens a commit
            folder=ledger.attempt_folder(workbench.settings, run.id, run.attempt),
            lease_token=cast("str", run.lease_token),
            reads=reads,
            writes=writes,
        ),
    )
