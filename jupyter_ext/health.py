"""Whether the server lives, whether it can work, what it measured, and what it serves."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import allow_unauthenticated

from workbench.core.errors import NotPermitted, WorkbenchError

from .face import Face
from .handler import in_pool
from .identity import Identify, nobody

if TYPE_CHECKING:
    from workbench.core.workbench import Workbench
    from workbench.doctor import Finding

    from .opening import Opening

PLAIN = "text/plain; charset=utf-8"
METRICS = "text/plain; version=0.0.4; charset=utf-8"
READY_SECONDS = 1.0
OVERSEEING = "admin:maintenance"


class Livez(Face):
    """Answers as long as the event loop turns."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Say that the server lives."""
        await self.finish("ok\n", set_content_type=PLAIN)


class Readyz(Face):
    """Answers 200 where the home is open and its database answers, 503 with the reason where not."""

    def initialize(  # type: ignore[override]
        self, opening: Opening, unready: Callable[[], str | None], more: Callable[[], list[Finding]]
    ) -> None:
        super().initialize(opening)
        self._unready, self._more = unready, more

    @allow_unauthenticated
    async def get(self) -> None:
        """Say whether the server can work; `?verbose` says to those who are signed in what was looked at."""
        workbench = await self.opening.opened(READY_SECONDS)
        await in_pool(workbench.pools.gate, probe, workbench)
        if reason := self._unready():
            self.set_status(503)
            await self.finish(f"{reason}\n", set_content_type=PLAIN)
        elif "verbose" in self.request.query_arguments:
            await self._verbose(workbench)
        else:
            await self.finish("ok\n", set_content_type=PLAIN)

    async def _verbose(self, workbench: Workbench) -> None:
        if self.identify is None:
            raise nobody()
        findings = await in_pool(workbench.pools.gate, examine, workbench, self.identify)
        findings += [finding.as_dict() for finding in self._more()]
        await self.finish(json.dumps({"ready": True, "findings": findings}))


class Metrics(Face):
    """Prometheus' text format, for whoever looks after the home."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Write down all figures."""
        if self.identify is None:
            raise nobody()
        workbench = await self.opening.opened()
        body = await in_pool(workbench.pools.gate, measure, workbench, self.identify)
        await self.finish(body, set_content_type=METRICS)


class OpenApi(Face):
    """The description of the API, made once."""

    _made: dict[int, bytes] = {}  # noqa: RUF012 - by registry, for all requests

    @allow_unauthenticated
    async def get(self) -> None:
        """Describe every operation."""
        if self.identify is None:
            raise nobody()
        workbench = await self.opening.opened()
        await self.finish(await in_pool(workbench.pools.gate, self._document, workbench, self.identify))

    def _document(self, workbench: Workbench, identify: Identify) -> bytes:
        from workbench import __version__
        from workbench.core.openapi import openapi

        with workbench.read() as db:
            identify(workbench, db)
        key = id(workbench.registry)
        if key not in self._made:
            self._made[key] = json.dumps(openapi(workbench.registry, __version__)).encode()
        return self._made[key]


class NoRoute(Face):
    """Answers what no handler serves, in our own terms."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Refuse."""
        self.send_error(404)

    post = put = patch = delete = head = get


def probe(workbench: Workbench) -> None:
    """Ask the database for anything.

    Raises:
        Unavailable: it does not answer.
    """
    from sqlalchemy import text

    with workbench.read() as db:
        db.execute(text("SELECT 1"))


def check_overseer(workbench: Workbench, identify: Identify) -> None:
    """Refuse whoever may not know how the whole installation is: in a team's home it is more than a person's own.

    Raises:
        NotAuthenticated: what was shown is not valid.
        NotPermitted: she does not look after the installation.
    """
    with workbench.read() as db:
        principal = identify(workbench, db)
    if workbench.settings.team and not workbench.installation_context(principal).may(OVERSEEING):
        raise NotPermitted(
            f"This needs {OVERSEEING}.", fix="Ask a system admin, or use a token that has it as a scope."
        )


def examine(workbench: Workbench, identify: Identify) -> list[dict[str, Any]]:
    """What `workbench doctor` says of this home, to whoever looks after it."""
    from workbench import doctor

    check_overseer(workbench, identify)
    return [finding.as_dict() for finding in doctor.examine(workbench.settings, workbench)]


def measure(workbench: Workbench, identify: Identify) -> bytes:
    """All figures, and among them how many runs have not ended, by status, to whoever looks after the home."""
    from sqlalchemy import func, select

    from workbench.core import metrics

    check_overseer(workbench, identify)
    try:
        from workbench.domains.runs.models import ENDED, Run, Status

        active = [status for status in Status if status not in ENDED]
        counted = select(Run.status, func.count().label("number")).where(Run.status.in_(active)).group_by(Run.status)
        with workbench.read() as db:
            found = {row.status: row.number for row in db.execute(counted)}
        metrics.set_runs({status: found.get(status, 0) for status in active})
    except WorkbenchError:
        pass  # what was counted in memory is worth having all the same
    return metrics.exposition()
