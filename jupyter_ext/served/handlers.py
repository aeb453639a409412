"""The addresses of apps.

An app is begun at `<apps>/<workspace>/app/<pipeline>/open`, by who is signed in, and leads to
`<base>/workbench/served/<word>/`, whose document, scripts and socket are for whoever knows the word: the app's document
is of no origin, so that browsers send no cookies for it. What it may do there is said in `policy_of`.
"""

from __future__ import annotations

import logging
import re
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.web import HTTPError, RequestHandler

from jupyter_ext.framing import framers
from jupyter_ext.identity import VISITOR
from jupyter_ext.pages import APPS, ENTRY
from jupyter_ext.peers import FarSocket, Peer
from jupyter_ext.relay import RelayedSocket
from jupyter_ext.speaking import ASKED, Speaking
from workbench.core.errors import NotFound, Unavailable, WorkbenchError
from workbench.engines.serving import NOTHING_SERVED
from workbench.ui.documents import QUIET, refused, starting
from workbench.ui.languages import SPOKEN, tr
from workbench.ui.visit import COOKIE, Failure

from .asking import Failed, asked
from .grants import Apps, Grant, Served, Viewer, nothing_servable

if TYPE_CHECKING:
    from collections.abc import Callable

    from tornado.httputil import HTTPServerRequest

    from jupyter_ext.opening import Opening
    from jupyter_ext.pages.site import Site

log = logging.getLogger("workbench.server")

SERVED = f"{ENTRY}/served"
THE_ONE = ""  # who is signed in to a personal server
DARK = "dark"
# What tells that a control was used: a press, or a new value; an app also tells by itself how large it is.
DEEDS = ('"kind":"MessageSent"', '"attr":"value')
LOST = 4001
KIT_SECONDS = 3600
FAILED_DEPENDENCY = 424  # the app failed, and this server did not
ALONE = frozenset({"document", "embed", "object"})  # whose documents are not framed by a page of ours


class AppOpen(Speaking, JupyterHandler):
    """Begins an app for who is signed in, in a window of hers, and leads there."""

    def initialize(self, apps: Apps, site: Site) -> None:
        self.apps, self.site = apps, site

    @web.authenticated
    async def get(self, workspace: str, pipeline: str) -> None:
        """Begin, with `?again` anew; `?dark=1` has it in dark colours, `?dark=0` in light ones, `?language` speak."""
        user = self.current_user
        visitor = getattr(user, "visitor", None)
        person = user.username if visitor is not None else THE_ONE
        who = Viewer(person, session_of(self.request) or THE_ONE)
        # Another site's link may lead here; only a frame of our own pages ends what is open.
        framed = self.request.headers.get("Sec-Fetch-Dest", "iframe") == "iframe"
        again = framed and "again" in self.request.query_arguments
        try:
            caller = await self.apps.in_thread(self.site.caller_for, user, workspace)
            noting = self._noting(visitor)
            grant = await self.apps.open(who, workspace, pipeline, caller, noting, again=again)
        except WorkbenchError as error:
            refuse(self, error.status, error, f"opening the app of {pipeline}")
            return
        self.set_header("Cache-Control", "no-store")
        look = {DARK: "1"} if self._is_dark() else {}
        if ASKED in self.request.query_arguments:
            look[ASKED] = SPOKEN.get()
        asked = f"?{urlencode(look)}" if look else ""
        self.redirect(url_path_join(self.site.home, SERVED, grant.word, "/") + asked)

    def _is_dark(self) -> bool:
        """Whether the app is to be dark: as is asked for, else as the page around it was last seen by this browser."""
        asked = self.get_query_argument(DARK, "")
        return asked == "1" if asked else "dark" in (self.get_cookie(COOKIE) or "")

    def _noting(self, visitor: Any) -> Callable[[], None]:
        activity = getattr(self.site.serverapp, "activity", None)
        return lambda: activity.note(visitor.credential) if activity is not None else None


class Unlogged(RequestHandler):
    """Keeps its address out of the log: it is a key while it is of use."""

    def _log(self) -> None:
        """Say nothing."""

    def log_exception(self, kind: Any, error: Any, trace: Any) -> None:
        """Log faults of ours with their traceback, and not where; what is only refused, not at all."""
        if not isinstance(error, HTTPError):
            log.error("an app's address failed", exc_info=(kind, error, trace))


class AppDocument(Speaking, Unlogged):
    """What an app shows, or why it does not."""

    def initialize(self, apps: Apps) -> None:
        self.apps = apps

    @allow_unauthenticated
    async def get(self, word: str) -> None:
        """Have the app make a visit."""
        grant = await self.apps.granted(word, session_of(self.request))
        if grant is None or self.request.headers.get("Sec-Fetch-Dest") in ALONE:
            refuse(self, NotFound.status, not_here(), "an app's document")
        elif not grant.served.up.done():
            said(self, _starting(grant.served))
        else:
            await self._show(grant)

    async def _show(self, grant: Grant) -> None:
        look = f"?{DARK}=1" if DARK in self.request.query_arguments else ""
        answer = await asked(grant.served.process.place, f"/open{look}")
        failed = Failed.of(answer)
        if answer.code == 200:
            said(self, answer.body, policy_of(self.request.host, self.request.path))
            return
        why = gone(grant) if failed is None else broken(failed)
        view = grant.served.view
        refuse(self, FAILED_DEPENDENCY, why, f"the app of {view.pipeline}", view.title or view.pipeline)


def _starting(served: Served) -> str:
    seconds = f"{time.monotonic() - served.begun:.0f}"
    text = tr("The app is starting: {n} s so far. Most are there in less than half a minute.", n=seconds)
    return starting(served.view.title or tr("App"), text)


class AppAsset(Unlogged):
    """The kit's scripts and styles, out of this server's own files and never the app's."""

    def initialize(self, apps: Apps, site: Site) -> None:
        self.apps, self.site = apps, site

    @allow_unauthenticated
    async def get(self, word: str, path: str) -> None:
        """Send a file."""
        asset = await self.apps.in_thread(self.site.assets.get, path) if self.apps.knows(word) else None
        if asset is None:
            raise HTTPError(404)
        body, headers = asset.sent_to(self.request.headers.get("Accept-Encoding", ""))
        for name, value in headers.items():
            self.set_header(name, value)
        self.set_header("Cache-Control", f"private, max-age={KIT_SECONDS}")
        self.set_header("Access-Control-Allow-Origin", "*")  # modules and fonts are asked for by no origin
        self.finish(body)


class AppSocket(RelayedSocket, Unlogged):
    """The socket of a visit; open as long as its viewer is signed in and may see all that the app reads."""

    grant: Grant | None = None

    def initialize(self, apps: Apps) -> None:
        self.apps = apps

    @allow_unauthenticated
    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Open the socket to the app, for as long as it lasts."""
        try:
            await super().get(*args, **kwargs)
        finally:
            if self.grant is not None:
                self.apps.left(self.grant, self)

    def check_origin(self, origin: str) -> bool:
        """Of no origin is the app's document, and nothing else that knows the word."""
        return origin == "null"

    async def far_end(self, word: str) -> FarSocket:
        """The app's end.

        Raises:
            HTTPError: 404, the word is none, or not any more; 502 to 504, the app does not answer.
        """
        self.grant = await self.apps.granted(word, session_of(self.request))
        if self.grant is None:
            raise HTTPError(404)
        protocols = [one.strip() for one in self.request.headers.get("Sec-WebSocket-Protocol", "").split(",")]
        far = await Peer(self.grant.served.process.place).websocket("/ws", protocols)
        self.grant.sockets.add(self)
        return far

    async def on_message(self, message: str | bytes) -> None:
        """Pass on what the browser says, and note that somebody is there."""
        if self.grant is not None and isinstance(message, str) and any(deed in message for deed in DEEDS):
            self.grant.note()
        await super().on_message(message)

    def hang_up(self) -> None:
        """End it, whether or not the browser agrees."""
        connection: Any = self.ws_connection
        self.close(LOST, "sign in again")
        if connection is not None:
            connection.stream.close()


def session_of(request: HTTPServerRequest) -> str | None:
    """By what a team's server knows the session that a request shows; None where it shows none."""
    credential = getattr(getattr(request, VISITOR, None), "credential", None)
    return credential.digest if credential is not None else None


def said(handler: RequestHandler, document: str | bytes, policy: str = f"{QUIET}; frame-ancestors {framers()}") -> None:
    """Finish with a document."""
    handler.set_header("Content-Type", "text/html; charset=utf-8")
    handler.set_header("Cache-Control", "no-store")
    handler.set_header("Content-Security-Policy", policy)
    handler.set_header("Referrer-Policy", "no-referrer")  # the address is the key
    handler.finish(document)


class AppFailed(Unavailable):
    """The app failed."""


def refuse(handler: RequestHandler, status: int, error: WorkbenchError, doing: str, title: str = "") -> None:
    """Finish with why an app is not shown."""
    failure = Failure.of(error, doing)
    handler.set_status(status)
    handler.set_header("traceparent", f"00-{failure.correlation_id}-{failure.correlation_id[:16]}-01")
    said(handler, refused(title or tr("App"), failure))


def policy_of(host: str, path: str) -> str:
    """What an app's document may do: run its own code, and reach nothing but its own address below `path`.

    It is of no origin, whatever frames it: our cookies, storage and pages are another's to it.
    """
    own = f"{host}{path}"
    return (
        f"sandbox allow-scripts allow-forms; default-src 'none'; script-src {own} 'unsafe-inline' 'unsafe-eval' blob:; "
        f"style-src {own} 'unsafe-inline'; img-src {own} data: blob:; font-src {own} data:; media-src data: blob:; "
        f"worker-src blob:; connect-src {own} ws://{own} wss://{own} data: blob:; frame-src 'none'; "
        f"object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors {framers()}"
    )


def not_here() -> WorkbenchError:
    """The answer to an address that is none, or not any more, or not of a page of its own."""
    return NotFound("Nothing is shown at this address, or not any more.", fix="Open the app from its page.")


def broken(failed: Failed) -> WorkbenchError:
    """What is told of a visit that failed."""
    if failed.name == NOTHING_SERVED:
        return nothing_servable()
    where = f"Cell {failed.cell} of the notebook failed" if failed.cell else "What the notebook made cannot be shown"
    fix = "Press Restart to try again; whoever wrote the notebook can mend it and publish it anew."
    return AppFailed(f"{where}: {failed.name}: {failed.message}", fix=fix, code="app_failed")


def gone(grant: Grant) -> WorkbenchError:
    """What is told of a process that has ended, or does not answer."""
    reason = grant.served.process.reason
    detail = f"Its process was ended: {reason}." if reason else "Its process has ended, or does not answer."
    return AppFailed(detail, fix="Press Restart to open it again.", code="app_ended")


def mount(serverapp: Any, opening: Opening, site: Site) -> Apps:
    """Serve apps, from now on and until `Apps.stop`; on the server's event loop."""
    apps = Apps(opening)
    given: dict[str, Any] = {"apps": apps}
    pages, served = (re.escape(url_path_join(site.home, one)) for one in (APPS, SERVED))
    word = "(?P<word>[A-Za-z0-9_-]+)"
    serverapp.web_app.add_handlers(
        ".*$",
        [
            (rf"{pages}/(?P<workspace>[^/]+)/app/(?P<pipeline>[^/]+)/open", AppOpen, given | {"site": site}),
            (rf"{served}/{word}/", AppDocument, given),
            (rf"{served}/{word}/static/(?P<path>.*)", AppAsset, given | {"site": site}),
            (rf"{served}/{word}/ws", AppSocket, given),
        ],
    )
    return apps
