"""Who may open the socket of a page: the person for whom the page was drawn, where it was drawn for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_server.base.handlers import JupyterHandler
from tornado import web

if TYPE_CHECKING:
    from tornado.httputil import HTTPServerRequest

    from workbench.ui.pages import PageSpec

    from .panels import Site


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


def token_of(request: HTTPServerRequest) -> str:
    """The token of a session, which a browser sends as the last of its socket's subprotocols."""
    return request.headers.get("Sec-WebSocket-Protocol", "").rpartition(",")[2].strip()


def binding(user: Any, workspace: str, page: PageSpec, subject: str = "") -> dict[str, str]:
    """What a session is bound to: it opens for nobody else, and nowhere else."""
    return {"user": user.username, "workspace": workspace, "page": page.path, "subject": subject}
