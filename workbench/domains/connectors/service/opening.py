"""Connectors as they are opened: settings and secrets looked up in a session, the driver used outside of any."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.errors import Invalid, Unavailable, WorkbenchError
from workbench.core.secrets import Held
from workbench.core.workbench import Workbench
from workbench.domains.access.models import Workspace
from workbench.domains.connectors import drivers
from workbench.domains.connectors.drivers.base import REFUSED, Driver
from workbench.domains.connectors.drivers.reach import Network, Reach
from workbench.domains.connectors.models import Connector
from workbench.domains.connectors.schemas import TestReport
from workbench.domains.secrets.service import stores_of

from .settings import folder_of, refuse_archived, secrets_of

Result = TypeVar("Result")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opening:
    """A connector that was looked up; `attempt` opens it, which needs no session."""

    name: str
    kind: type[Driver]
    settings: Mapping[str, Any]
    reach: Reach
    resolve: Callable[[str, bool], str]
    secrets: Mapping[str, Held] = field(default_factory=dict, repr=False)

    def attempt(self, work: Callable[[Driver], Result]) -> Result:
        """Do `work` with the driver; again with other secrets that may count, where the source refuses the first.

        Raises:
            WorkbenchError: as `work` does, or because a store does not give a secret.
        """
        tries = self._values()
        outcome = _done(work, self._driver(next(tries)))
        while outcome.refused and (secrets := next(tries, None)) is not None:
            log.warning("the connector %s refuses its secret, so another that may count is tried", self.name)
            outcome = _done(work, self._driver(secrets))
        return outcome.result()

    def _values(self) -> Iterator[dict[str, str]]:
        """The secrets by field: as they count now, then asked anew of the stores that keep them, then those before."""
        values = {name: held.value for name, held in self.secrets.items() if held.value is not None}
        references = {name: held.reference for name, held in self.secrets.items() if held.reference is not None}
        known = {name: self.resolve(reference, False) for name, reference in references.items()}
        yield values | known
        anew = {name: self.resolve(reference, True) for name, reference in references.items()}
        if anew != known:
            yield values | anew
        before = {name: held.previous for name, held in self.secrets.items() if held.previous is not None}
        if before:
            yield values | anew | before

    def _driver(self, secrets: Mapping[str, str]) -> Driver:
        return self.kind(self.kind.config_model.model_validate({**self.settings, **secrets}), self.reach)


@dataclass(frozen=True)
class _Outcome(Generic[Result]):
    """What came of a try."""

    value: Result | None = None
    error: WorkbenchError | None = None

    @property
    def refused(self) -> bool:
        code = self.error.code if self.error else getattr(self.value, "code", None)
        return bool(code == REFUSED)

    def result(self) -> Result:
        if self.error is not None:
            raise self.error
        return cast("Result", self.value)


def _done(work: Callable[[Driver], Result], driver: Driver) -> _Outcome[Result]:
    try:
        return _Outcome(work(driver))
    except WorkbenchError as error:
        return _Outcome(error=error)


def prepare(ctx: Context, db: Session, connector: Connector) -> Opening:
    """Look a connector up with its secrets.

    Raises:
        Conflict: the connector is archived.
        Unavailable: its type is no longer installed, or the key that opens a secret is missing.
    """
    refuse_archived(connector)
    try:
        kind = drivers.driver_class(connector.type)
    except Invalid as error:
        raise Unavailable(
            f"Connectors of type {connector.type!r} cannot be used: the package that adds them is not installed.",
            fix="Install it again.",
            code="driver_missing",
        ) from error
    stores, workspace = stores_of(ctx.workbench), ctx.workspace.name

    def resolve(reference: str, fresh: bool) -> str:
        return stores.resolve(workspace, reference, fresh=fresh)

    return Opening(connector.name, kind, connector.config, reach_of(ctx), resolve, secrets_of(ctx, db, connector))


def note_test(ctx: Context, connector_id: UUID, report: TestReport) -> TestReport:
    """Keep when a connector was tested last and what came of it; that is no change of its settings."""
    said = {"tested_at": now(), "test_problem": None if report.ok else (report.code or "failed")[:63]}
    ctx.db.execute(update(Connector).where(Connector.id == connector_id).values(**said))
    return report


def reach_of(ctx: Context) -> Reach:
    """What connectors of a workspace may touch: in team mode only its own files, and public or allowed hosts."""
    settings = ctx.workbench.settings
    if not settings.team:
        return Reach(settings.files_roots)
    own = (folder_of(ctx),)
    return Reach(own if settings.files_roots is None else settings.files_roots, Network(settings.connector_hosts))


def know_secrets(workbench: Workbench, workspace_id: UUID, names: Collection[str]) -> None:
    """Have this process know the secrets of connectors, to hide them in what others wrote; those it cannot open not."""
    references: set[str] = set()
    with workbench.read() as db:
        workspace = db.get_one(Workspace, workspace_id).name
        mine = select(Connector.id).where(Connector.workspace_id == workspace_id, Connector.name.in_(names))
        for object_id in db.scalars(mine).all():
            with suppress(WorkbenchError):
                held = workbench.vault.held(db, workspace_id=workspace_id, object_id=object_id)
                references |= {one.reference for one in held.values() if one.reference}
    for reference in references:
        with suppress(WorkbenchError):
            stores_of(workbench).resolve(workspace, reference)
