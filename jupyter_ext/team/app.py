"""The extension as a team's server loads it: people are who signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from jupyter_ext.app import WorkbenchApp, panel_path
from jupyter_ext.pages.persons import usual_start
from workbench.core.errors import NotPermitted
from workbench.ui.likings import LAB

from . import arriving, signing
from .icon import Icon
from .refusing import LOGOUT
from .silence import Silence

if TYPE_CHECKING:
    from workbench.core.caller import Caller
    from workbench.core.settings import Settings

    from .server import TeamServer
    from .visitor import Visitor


class TeamApp(WorkbenchApp):
    """The workbench within a team's server."""

    sign_out = LOGOUT
    apart = "jupyter_ext.pages.registry:registered"

    def initialize_handlers(self) -> None:
        """Declare the routes, and tell the guard of the home."""
        super().initialize_handlers()
        self.handlers += [("/api/events/subscribe", Silence), (r"/favicon\.ico", Icon)]
        self.handlers.extend((f"/workbench/{page}", handler) for page, handler in (*signing.PAGES, *arriving.PAGES))
        self._server.guard.opening = self.opening

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        await super()._start_jupyter_server_extension(serverapp)
        if self._server.pages_at_once:
            self._site.stage.begin()
            self.warm()
        self._server.watch.start(self.opening.now)

    async def stop_extension(self) -> None:
        """Stop looking after sockets, then everything else."""
        self._server.watch.stop()
        await super().stop_extension()

    def caller_for(self, user: Any, workspace: str, **about: Any) -> Caller:
        """The caller of somebody who is signed in, found anew at each call; called in a thread.

        `about` is what else is known of her calls, such as their `origin`.

        Raises:
            WorkbenchError: the home is closed, she is not signed in any more, or has no part in the workspace.
        """
        from workbench.home import local_caller

        workbench, credential = self.opening.wait(), user.visitor.credential
        caller = local_caller(
            workbench, workspace, principal=lambda db: credential(workbench, db), surface="panel", **about
        )  # fmt: skip
        caller.context()
        return caller

    def start_for(self, user: Any) -> str:
        """Where somebody begins: where she likes, else where the work of her role is.

        Raises:
            NotPermitted: she has no part in any workspace.
        """
        visitor: Visitor = user.visitor
        default, names = self._settings().workspace, sorted(visitor.workspaces)
        if not names:
            raise NotPermitted("You have no part in any workspace yet.", fix="Ask an admin to give you a role in one.")
        workspace = default if default in names else names[0]
        if liked := self.liked_start(user, workspace):
            return liked
        start = usual_start(visitor.roles(workspace))
        return LAB if start == LAB else panel_path(workspace, start)

    def _settings(self) -> Settings:
        return self._server.settings

    @property
    def _server(self) -> TeamServer:
        return cast("TeamServer", self.serverapp)
