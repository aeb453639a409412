"""Connectors as they are opened: settings and secrets looked up in a session, the driver used outside of any."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from workbench.core.context import Context
from workbench.core.errors import Invalid, Unavailable, WorkbenchError
from workbench.core.secrets import Held
from workbench.domains.connectors import drivers
from workbench.domains.connectors.drivers.base import REFUSED, Driver, Reach, Report
from workbench.domains.connectors.models import Connector

from .settings import refuse_archived, secrets_of

Result = TypeVar("Result")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opening:
    """A connector that was looked up; `attempt` opens it, which needs no session."""

    name: str
    kind: type[Driver]
    settings: Mapping[str, Any]
    reach: Reach
    secrets: Mapping[str, Held] = field(default_factory=dict, repr=False)

    def attempt(self, work: Callable[[Driver], Result]) -> Result:
        """Do `work` with the driver; again with the secrets before, where the source refuses those that count now.

        Raises:
            WorkbenchError: as `work` does.
        """
        tries = list(self._values())
        for secrets in tries[:-1]:
            try:
                result = work(self._driver(secrets))
            except WorkbenchError as error:
                if error.code != REFUSED:
                    raise
            else:
                if not (isinstance(result, Report) and result.code == REFUSED):
                    return result
            log.warning("the connector %s is tried with the secret before, since the new one is refused", self.name)
        return work(self._driver(tries[-1]))

    def _values(self) -> Iterator[dict[str, str]]:
        """The secrets by field: those that count now, then those before, where there are any."""
        values = {name: held.value for name, held in self.secrets.items() if held.value is not None}
        yield values
        before = {name: held.previous for name, held in self.secrets.items() if held.previous is not None}
        if before:
            yield values | before

    def _driver(self, secrets: Mapping[str, str]) -> Driver:
        return self.kind(self.kind.config_model.model_validate({**self.settings, **secrets}), self.reach)


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
    reach = Reach(ctx.workbench.settings.files_roots)
    return Opening(connector.name, kind, connector.config, reach, secrets_of(ctx, db, connector))
