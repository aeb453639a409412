"""The extension: traits become settings, the home is opened beside the server's start, the routes wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from jupyter_server.extension.application import ExtensionApp
from tornado.web import GZipContentEncoding
from traitlets import Bool, Integer, Unicode

from workbench.core.errors import Unavailable

from . import framing
from .handler import OperationHandler
from .health import Livez, Metrics, NoRoute, OpenApi, Readyz
from .hub import Hub
from .identity import whose_server
from .opening import Opening
from .pages import APPS
from .pages.registry import registered
from .pages.warming import warm
from .socket import EventSocket

if TYPE_CHECKING:
    from workbench.core.caller import Caller
    from workbench.core.settings import Settings
    from workbench.core.workbench import Workbench
    from workbench.doctor import Finding

PREFIX = "/workbench/api/v1"
FIRST_PAGE = "home"
TRAITS = ("home", "database_url", "workspace", "slots", "executor")


def open_home(settings: Settings) -> Workbench:
    """Open the home of some settings; imported late, since it takes as long as the server's own start."""
    from workbench.home import open_home as opened

    return opened(settings)


class WorkbenchApp(ExtensionApp):
    """The workbench within a Jupyter server; every trait is a setting of the same name."""

    name = "workbench"
    sign_out: ClassVar[str] = ""  # a personal server's person leaves by closing it
    apart: ClassVar[str] = ""  # where pages are declared that a process of its own draws
    opener: ClassVar[Callable[[Settings], Workbench]] = staticmethod(open_home)

    home = Unicode(None, allow_none=True, help="The folder that holds everything.").tag(config=True)
    database_url = Unicode(None, allow_none=True, help="SQLAlchemy URL of the metadata database.").tag(config=True)
    workspace = Unicode(None, allow_none=True, help="The workspace meant when none is named.").tag(config=True)
    slots = Integer(None, allow_none=True, help="How many runs may execute at once.").tag(config=True)
    executor = Bool(None, allow_none=True, help="Whether this server takes queued runs.").tag(config=True)

    _site: Any = None
    _apps: Any = None
    _warming: asyncio.Task[None] | None = None
    _hub: Hub | None = None
    _servants: Sequence[Any] = ()

    def initialize_settings(self) -> None:
        """Have answers compressed, unless the server's configuration says otherwise."""
        assert self.serverapp is not None
        app = self.serverapp.web_app
        if "compress_response" not in app.settings and GZipContentEncoding not in app.transforms:
            app.transforms.append(GZipContentEncoding)

    def initialize_handlers(self) -> None:
        """Declare the routes; they wait for the home."""
        self.opening = Opening(self._open, self._opened)
        with_opening = {"opening": self.opening}
        self.handlers.extend(
            [
                ("/workbench/livez", Livez, with_opening),
                ("/workbench/readyz", Readyz, with_opening | {"unready": self._unready, "more": self._pages_told}),
                ("/workbench/metrics", Metrics, with_opening),
                (f"{PREFIX}/openapi.json", OpenApi, with_opening),
                (f"{PREFIX}/events", EventSocket, with_opening | {"hub_of": self._hub_of}),
                (f"{PREFIX}/.*", OperationHandler, with_opening),
                ("/workbench/api(?:/.*)?", NoRoute, with_opening),
            ]
        )

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        self.opening.begin()
        pages, served = await asyncio.get_running_loop().run_in_executor(None, lambda: (_pages(), _served()))
        self._site = pages.mount(serverapp, self.caller_for, self.start_for, registered(), self.sign_out, self.apart)
        self._apps = served.mount(serverapp, self.opening, self._site)
        pages.mount_lost(self._site)
        if not self.apart:
            self.warm()

    def warm(self) -> None:
        """Read what the first pages need as soon as these, which begin to start now, can be drawn."""
        self._warming = asyncio.get_running_loop().create_task(warm(self._site.stage))

    async def stop_extension(self) -> None:
        """Stop taking runs, send listeners away, close the home."""
        if self._warming is not None:
            self._warming.cancel()
        if self._hub is not None:
            self._hub.stop()
        if self._apps is not None:
            await self._apps.stop()
        if self._site is not None:
            _pages().unmount(self._site)
        await asyncio.get_running_loop().run_in_executor(None, self._close)

    def caller_for(self, user: Any, workspace: str, **about: Any) -> Caller:  # noqa: ARG002 - a personal server has one
        """The caller of somebody signed in to Jupyter, for pages; called in a thread.

        `about` is what else is known of her calls, such as their `origin`.

        Raises:
            WorkbenchError: the home is closed, or the user has no part in the workspace.
        """
        from workbench.home import local_caller

        workbench = self.opening.wait()
        caller = local_caller(
            workbench, workspace, principal=lambda db: whose_server(workbench, db), surface="panel", **about
        )  # fmt: skip
        caller.context()
        return caller

    def start_for(self, user: Any) -> str:
        """Where somebody begins, as a path below the base URL: where she likes, else at home; called in a thread.

        Raises:
            WorkbenchError: the home is closed, or the user has no part in it.
        """
        workspace = self.opening.wait().settings.workspace
        return self.liked_start(user, workspace) or panel_path(workspace)

    def liked_start(self, user: Any, workspace: str) -> str | None:
        """Where somebody would like to begin, as a path below the base URL; None where she did not say."""
        from .pages.persons import liked_start

        return liked_start(self.caller_for(user, workspace), workspace, registered(), APPS)

    def _open(self) -> Workbench:
        from workbench.core import logs

        settings = self._settings()
        logs.configure(settings.log_level)
        if self.serverapp is not None:
            logs.guard(self.serverapp.log)
        return type(self).opener(settings)

    def _settings(self) -> Settings:
        """The settings in force.

        Raises:
            Unavailable: the home is a team's, where Jupyter's one token must not be the way in.
        """
        from workbench.core.settings import load

        assert self.serverapp is not None
        given = {name: getattr(self, name) for name in TRAITS}
        settings = load(given | {"root": self.serverapp.root_dir})
        if settings.team:
            raise Unavailable(
                f"The home {settings.home} is a team's.",
                fix="Start its server with `workbench serve`, or name another home with WORKBENCH_HOME.",
                code="team_home",
            )
        return settings

    def _opened(self, workbench: Workbench) -> None:
        from workbench.domains.runs.service.executor import Executor
        from workbench.housekeeping import Housekeeper

        kinds = (Executor, Housekeeper) if workbench.settings.executor else (Housekeeper,)
        self._servants = [kind(workbench) for kind in kinds]
        for servant in self._servants:
            servant.start()
        assert self.serverapp is not None
        framing.allow(self.serverapp.web_app.settings, workbench.settings.frame_origins)
        # In Jupyter's log, for that is what people see when they start a server.
        self.log.info("The workbench is at %sworkbench", self.serverapp.connection_url)
        self._look_for_sidebar()

    def _look_for_sidebar(self) -> None:
        from workbench.doctor.machine import labextension

        for finding in labextension():
            if finding.fix:
                self.log.warning("%s %s", finding.detail, finding.fix)

    def _close(self) -> None:
        for servant in self._servants:
            servant.stop()
        self.opening.close()

    def _hub_of(self, workbench: Workbench) -> Hub:
        if self._hub is None:
            self._hub = Hub(workbench)
        return self._hub

    def _pages_told(self) -> list[Finding]:
        told = self._site.stage.told if self._site is not None else None
        return [told] if told is not None else []

    def _unready(self) -> str | None:
        return None if self._site is not None else "the pages are not mounted yet"


def panel_path(workspace: str, page: str = FIRST_PAGE) -> str:
    """Where a page of a workspace is, below the base URL."""
    return f"{APPS}/{workspace}/{page}"


def _pages() -> Any:
    from .pages import mounting

    return mounting


def _served() -> Any:
    from .served import handlers

    return handlers
