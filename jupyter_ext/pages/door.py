"""The door of a page's socket: it opens for the person for whom the page was drawn, where it was drawn for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from tornado import web

if TYPE_CHECKING:
    from tornado.httputil import HTTPServerRequest

    from workbench.ui.pages import PageSpec

    from .site import Site


class Visitor(JupyterHandler):
    """Asks Jupyter who sent a request, whether its host is ours, and whether its origin is allowed."""


class PageDoor:
    """What sockets of pages have in common, wherever the page is drawn; a part of their handlers."""

    site: Site
    page: PageSpec
    visitor: Visitor
    request: HTTPServerRequest
    path_kwargs: dict[str, str]

    def come_to(self, web_app: Any, request: Any, site: Site, page: PageSpec) -> None:
        """Note whose page is asked for; before the handler is made."""
        self.site, self.page = site, page
        self.visitor = Visitor(web_app, request)

    async def let_in(self) -> None:
        """Refuse whoever is not signed in, or shows a token that is not theirs.

        Raises:
            HTTPError: 403, nobody is let in.
        """
        await self.visitor.prepare(_redirect_to_login=False)
        user = self.visitor.current_user
        if user is None:
            raise web.HTTPError(403, "Nobody is signed in.")
        named = self.path_kwargs
        wanted = binding(user, named.get("workspace", ""), self.page, named.get("subject", ""))
        if self.site.stage.bound_to(token_of(self.request)) != wanted:
            raise web.HTTPError(403, "This session is not yours, or has ended.")
        self.site.sockets.add(self)

    def origin_is_ours(self, origin: str) -> bool:
        """Jupyter's rule: the same host, or what the server's configuration allows."""
        return bool(self.visitor.check_origin(origin))


class Readiness(web.RequestHandler):
    """Whether pages can be drawn: a page that lost its server asks where its socket was, and that is no fault."""

    def initialize(self, ready: bool) -> None:
        self.ready = ready

    def get(self, *_: Any, **__: Any) -> None:
        """Answer 204, 202 while pages start, and 503 to a socket that comes too early."""
        self.set_status(503 if "Upgrade" in self.request.headers else 204 if self.ready else 202)


class SocketDoor(web.RequestHandler):
    """Becomes the socket of a page, or a refusal while the pages start."""

    def __new__(cls, app: Any, request: Any, **kwargs: Any) -> Any:
        site: Site = kwargs["site"]
        ready = site.stage.ready
        if not ready or "Upgrade" not in request.headers:
            return Readiness(app, request, ready=ready)
        return site.stage.socket()(app, request, **kwargs)

    @ws_authenticated
    async def get(self, *args: Any) -> None:
        """Said for those who list routes: the socket's `prepare` asks who comes."""


def token_of(request: HTTPServerRequest) -> str:
    """The token of a session, which a browser sends as the last of its socket's subprotocols."""
    return request.headers.get("Sec-WebSocket-Protocol", "").rpartition(",")[2].strip()


def binding(user: Any, workspace: str, page: PageSpec, subject: str = "") -> dict[str, str]:
    """What a session is bound to: it opens for nobody else, and nowhere else."""
    return {"user": user.username, "workspace": workspace, "page": page.path, "subject": subject}
