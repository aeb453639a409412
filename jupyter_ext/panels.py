"""Pages inside the Jupyter server: its port, its sign-in, its cookies; one Bokeh session a visit."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import re
import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote, urlencode
from weakref import WeakSet

from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.routing import Rule

from workbench.core import latest
from workbench.core.caller import Caller
from workbench.core.context import ROLE_MARK
from workbench.core.errors import NotPermitted, WorkbenchError
from workbench.ui.assets import Assets
from workbench.ui.documents import QUIET, refused, starting
from workbench.ui.pages import EMBED, PageSpec
from workbench.ui.parts import Way
from workbench.ui.visit import COOKIE, Failure, Person, Visit

from .framing import framers
from .identity import origin_of
from .page_door import binding
from .persons import way_out, who_is
from .stage import Here, NotYet, Stage, Undrawn

log = logging.getLogger(__name__)

ENTRY = "workbench"
APPS = f"{ENTRY}/apps"
THREADS = 4
FOREVER = "private, max-age=31536000, immutable"
SCRIPT = re.compile(r"<script(?=[\s>])")

CallerFor = Callable[..., Caller]


class Site:
    """The pages mounted in one server."""

    def __init__(
        self, serverapp: Any, caller_for: CallerFor, start_for: Callable[[Any], str], pages: Sequence[PageSpec],
        sign_out: str, apart: str,
    ) -> None:  # fmt: skip
        self.serverapp, self.caller_for, self.start_for = serverapp, caller_for, start_for
        self.home: str = serverapp.base_url
        self.sign_out = sign_out and url_path_join(self.home, sign_out)
        self.prefix = url_path_join(self.home, APPS)
        self.pages = tuple(pages)
        self.assets = Assets()
        self.executor = ThreadPoolExecutor(THREADS, thread_name_prefix="workbench-pages")
        self.stage: Stage = self._apart(apart) if apart else self._here()
        self.rules: list[Rule] = []
        self.sockets: WeakSet[Any] = WeakSet()

    def _here(self) -> Stage:
        key = self.serverapp.web_app.settings["cookie_secret"]
        secret = hmac.new(key, b"workbench pages", hashlib.sha256).hexdigest()
        return Here(self.pages, self.prefix, secret.encode(), self.executor)

    def _apart(self, pages: str) -> Stage:
        from .children.apart import Apart

        return Apart(pages, self.prefix)

    async def in_thread(self, work: Callable[..., Any], *args: Any) -> Any:
        """Do blocking work off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.executor, work, *args)


class PageHandler(JupyterHandler):
    """Answers a page's document; everything after that goes over its socket."""

    def initialize(self, site: Site, page: PageSpec) -> None:
        self.site, self.page = site, page
        self.person: Person | None = None  # until it is known who comes

    @web.authenticated
    async def get(self, workspace: str, subject: str = "") -> None:
        """Open the page for the person who is signed in."""
        address = self._clean_address()
        if address is not None:
            self.redirect(address)
            return
        try:
            await self._answer(workspace, subject)
        except NotYet:
            self._finish(starting(self.page.title), QUIET)
        except Exception as error:  # noqa: BLE001 - whatever it was, the person is told and the log says more
            self._refuse(error)

    async def _answer(self, workspace: str, subject: str) -> None:
        if not self.site.stage.ready:
            raise NotYet
        nonce, begun = secrets.token_urlsafe(16), time.perf_counter()
        document = SCRIPT.sub(f'<script nonce="{nonce}"', await self._open(workspace, subject))
        self._finish(document, policy(nonce, self.request.host, f"{self.site.prefix}/static/"))
        latest.PAGES.note(self.page.path, time.perf_counter() - begun)

    async def _open(self, workspace: str, subject: str) -> str:
        user, site = self.current_user, self.site
        caller, person = await site.in_thread(self._who, user, workspace)
        window, agent = self.get_cookie(COOKIE, ""), self.request.headers.get("User-Agent", "")
        visit = Visit(
            caller=caller, workspace=workspace, person=person, page=self.page, subject=subject, sign_out=site.sign_out,
            pages=site.pages, executor=site.executor, home=site.home, apps=site.prefix + "/",
            origin=f"{self.request.protocol}://{self.request.host}", phone="narrow" in window or "Mobi" in agent,
            query={name: self.get_query_argument(name) for name in self.request.query_arguments},
        ).themed("dark" in window)  # fmt: skip
        return await site.stage.draw(visit, self.request, binding(user, workspace, self.page, subject))

    def _who(self, user: Any, workspace: str) -> tuple[Caller, Person]:
        """The caller for a visit, and what she is there.

        Raises:
            NotPermitted: the page is not for her.
        """
        caller = self.site.caller_for(user, workspace, origin=origin_of(self.request, self.site.home))
        self.person = person = who_is(caller, workspace, user.display_name or user.username)
        if not person.may(self.page.permission):
            raise NotPermitted(
                f"The page {self.page.title} is not for your role.",
                fix="Ask an admin of the workspace for a role that has it.",
                params={"permission": self.page.permission},
            )
        return caller, person

    def _clean_address(self) -> str | None:
        """The address without a sign-in token, which would stay in the history, and without a slash at its end."""
        path = self.request.path.rstrip("/")
        if path == self.request.path and "token" not in self.request.query_arguments:
            return None
        return self._asking_the_same(path)

    def _asking_the_same(self, path: str) -> str:
        arguments = [(n, v) for n in self.request.query_arguments for v in self.get_query_arguments(n) if n != "token"]
        return path + (("&" if "?" in path else "?") + urlencode(arguments) if arguments else "")

    def _refuse(self, error: Exception) -> None:
        known = error.failure if isinstance(error, Undrawn) else None
        failure = known or Failure.of(error, f"opening the page {self.page.path}")
        self.set_status(error.status if isinstance(error, Undrawn | WorkbenchError) else 500)
        self.set_header("traceparent", f"00-{failure.correlation_id}-{failure.correlation_id[:16]}-01")
        workspace, seen, _ = self.path_kwargs.get("workspace", "").partition(ROLE_MARK)
        back = Way("Back to yourself", href=url_path_join(self.site.prefix, workspace, "home"))
        out = back if seen else way_out(self.person, self.site.home, ENTRY)
        again = [] if failure.refused else [Way("Try again", href=self.request.uri or "")]
        self._finish(refused(self.page.title, failure, *again, out), QUIET)

    def _framers(self) -> str:
        """Whose pages may show this one in a frame: ours, and those that are named, where it is made for it."""
        asked = {EMBED: self.get_query_argument(EMBED, "")}
        return framers(self.settings) if self.page.embedded(asked) else framers()

    def _finish(self, document: str, content_policy: str) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Security-Policy", f"{content_policy}; frame-ancestors {self._framers()}")
        self.set_header("Referrer-Policy", "same-origin")
        self.finish(document)


class EntryHandler(PageHandler):
    """The addresses that people guess: that of all pages leads to where one begins, a workspace's to its first."""

    @web.authenticated
    async def get(self, workspace: str | None = None) -> None:
        """Send the person on."""
        if workspace:
            first = url_path_join(self.site.prefix, quote(workspace, safe=""), self.page.stem)
            self.redirect(self._asking_the_same(first))
            return
        try:
            start = await self.site.in_thread(self.site.start_for, self.current_user)
        except WorkbenchError as error:
            self._refuse(error)
            return
        self.redirect(self._asking_the_same(url_path_join(self.site.home, start)))


class AssetHandler(JupyterHandler):
    """The kit's scripts and styles."""

    def initialize(self, site: Site) -> None:
        self.site = site

    @web.authenticated
    async def get(self, path: str) -> None:
        """Send a file, compressed where the browser can."""
        asset = await self.site.in_thread(self.site.assets.get, path)
        if asset is None:
            raise web.HTTPError(404)
        body, headers = asset.sent_to(self.request.headers.get("Accept-Encoding", ""))
        for name, value in headers.items():
            self.set_header(name, value)
        self.set_header("ETag", f'"{asset.tag}"')
        self.set_header("Cache-Control", FOREVER if "v" in self.request.query_arguments else "private, max-age=3600")
        if self.check_etag_header():
            self.set_status(304)
            return
        self.finish(body)

    def compute_etag(self) -> str | None:
        return None


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


def mount(
    serverapp: Any, caller_for: CallerFor, start_for: Callable[[Any], str], pages: Sequence[PageSpec],
    sign_out: str = "", apart: str = "",
) -> Site:  # fmt: skip
    """Serve `pages` at `<base_url>workbench/apps/<workspace>/<path>`.

    They are drawn in a process of their own where `apart` says where they are declared, as `module:name`, else here.
    That process is started when `stage.begin` is called, or somebody opens a page.

    `caller_for(user, workspace, origin=…)` answers the `Caller` of a signed-in Jupyter user in a workspace, or raises a
    WorkbenchError where that user has no part in it; `start_for(user)` answers where `<base_url>workbench` leads her.
    Both are called in a thread. `sign_out` is where she leaves, below the base URL; empty where nobody can.
    """
    site = Site(serverapp, caller_for, start_for, pages, sign_out, apart)
    prefix = re.escape(site.prefix)
    entry = re.escape(url_path_join(site.home, ENTRY))
    routes: list[Any] = [
        (rf"(?:{entry}|{prefix}(?:/(?P<workspace>[^/]+))?)/?", EntryHandler, {"site": site, "page": pages[0]}),
        (rf"{prefix}/static/(.*)", AssetHandler, {"site": site}),
    ]
    for page in pages:
        at = rf"{prefix}/(?P<workspace>[^/]+)/{re.escape(page.stem)}" + (r"/(?P<subject>[^/]+)" if page.of_many else "")
        routes.append((rf"{at}/?", PageHandler, {"site": site, "page": page}))
        routes.append((rf"{at}/ws", SocketDoor, {"site": site, "page": page}))
    rules = serverapp.web_app.default_router.rules
    before = list(rules)
    serverapp.web_app.add_handlers(".*$", routes)
    site.rules = [rule for rule in rules if rule not in before]
    if not apart:
        site.stage.begin()
    return site


def unmount(site: Site) -> None:
    """Stop serving pages and end their sessions."""
    rules = site.serverapp.web_app.default_router.rules
    rules[:] = [rule for rule in rules if rule not in site.rules]
    for socket in list(site.sockets):
        socket.close()
    site.stage.stop()
    site.executor.shutdown(wait=False, cancel_futures=True)


def policy(nonce: str, host: str, static: str) -> str:
    """The content security policy of a page: nothing from elsewhere, no `eval`, and scripts from `static` alone.

    The server serves people's files as well, and a script among them is nobody's whom the page would believe.
    """
    scripts = "'self'" if host.startswith("[") else f"{host}{static}"  # a policy cannot name an address of IPv6
    return (
        f"default-src 'self'; script-src {scripts} 'nonce-{nonce}' blob:; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob: ws://{host} wss://{host}; "
        "object-src 'none'; base-uri 'none'; form-action 'self'"
    )
