"""What the process of an app may ask for, and in whose name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.core.caller import LocalCaller
from workbench.core.context import AppScope, Context
from workbench.core.errors import NotPermitted
from workbench.core.permissions import PERMISSIONS
from workbench.core.visibility import find
from workbench.core.workbench import Workbench
from workbench.domains.pipelines.models import Pipeline, PipelineVersion

from .rights import readable

SURFACE = "app"
OPERATIONS = frozenset({"tables.read"})


class AppCaller(LocalCaller):
    """The caller that an app's process has outside: its viewer, bounded by what the app may read at that moment."""

    def __init__(self, workbench: Workbench, identify: Callable[[Session], Context], version_id: UUID) -> None:
        """`identify` finds the viewer's context anew, for each call; `version_id` is what the process executes."""
        super().__init__(workbench, self._acting)
        self._viewer, self._version_id = identify, version_id

    def enter(self, name: str, fields: dict[str, Any], body: Any = None) -> Any:
        """Carry out an operation for the app.

        Raises:
            NotPermitted: it is none that an app may ask for.
        """
        if name not in OPERATIONS:
            raise NotPermitted(
                f"An app may not ask for {str(name)[:80]!r}.",
                fix="It reads tables with `wb.read(name)`; have a pipeline write what it is to show into a table.",
                code="not_within_an_app",
            )
        return super().enter(name, fields, body)

    def _acting(self, db: Session) -> Context:
        viewer = self._viewer(db)
        viewer.db = db
        version = db.get_one(PipelineVersion, self._version_id)
        find(replace(viewer, permission=PERMISSIONS["pipelines:read"]), db, Pipeline, str(version.pipeline_id))
        reads = tuple(readable(viewer, version))
        return replace(viewer, surface=SURFACE, run=None, app=AppScope(reads=reads))
