"""What answers at the addresses of pages: the server's port, its sign-in, its cookies; one Bokeh session a visit."""

from __future__ import annotations

import re
import secrets
import time
from typing import Any
from urllib.parse import quote, urlencode

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web

from jupyter_ext.framing import framers
from jupyter_ext.identity import origin_of
from jupyter_ext.speaking import Speaking
from workbench.core import latest
from workbench.core.caller import Caller
from workbench.core.context import ROLE_MARK
from workbench.core.errors import NotFound, NotPermitted, WorkbenchError
from workbench.ui.documents import QUIET, refused, starting
from workbench.ui.languages import SPOKEN, tr
from workbench.ui.pages import EMBED, PageSpec
from workbench.ui.parts import Way
from workbench.ui.visit import COOKIE, Failure, Person, Visit

from . import ENTRY
from .door import binding
from .persons import way_out, who_is
from .site import Site
from .stage import NotYet, Undrawn

FOREVER = "private, max-age=31536000, immutable"
SCRIPT = re.compile(r"<script(?=[\s>])")


class PageHandler(Speaking, JupyterHandler):
    """Answers a page's document; everything after that goes over its socket."""

    def initialize(self, site: Site, page: PageSpec) -> None:
        self.site, self.page = site, page
        self.person: Person | None = None  # until it is known who comes

    def decode_argument(self, value: Any, name: str | None = None) -> Any:
        """What an address asks for, as far as it is text: a page shows something else then, and does not fail."""
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else super().decode_argument(value, name)

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
            self._finish(starting(tr(self.page.title)), QUIET)
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
        self._speak()
        window, agent = self.get_cookie(COOKIE, ""), self.request.headers.get("User-Agent", "")
        visit = Visit(
            caller=caller, workspace=workspace, person=person, page=self.page, subject=subject, sign_out=site.sign_out,
            pages=site.pages, executor=site.executor, home=site.home, apps=site.prefix + "/",
            origin=f"{self.request.protocol}://{self.request.host}", phone="narrow" in window or "Mobi" in agent,
            query={name: self.get_query_argument(name) for name in self.request.query_arguments},
            language=SPOKEN.get(),
        ).themed("dark" in window)  # fmt: skip
        return await site.stage.draw(visit, self.request, binding(user, workspace, self.page, subject))

    def _speak(self) -> None:
        """Speak as the person likes, where it is known who she is and what she likes."""
        if self.person is not None and self.person.likings.language:
            SPOKEN.set(self.person.likings.language)

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
        self._speak()
        known = error.failure if isinstance(error, Undrawn) else None
        failure = known or Failure.of(error, f"opening the page {self.page.path}")
        self.set_status(error.status if isinstance(error, Undrawn | WorkbenchError) else 500)
        self.set_header("traceparent", f"00-{failure.correlation_id}-{failure.correlation_id[:16]}-01")
        workspace, seen, _ = self.path_kwargs.get("workspace", "").partition(ROLE_MARK)
        back = Way(tr("Back to yourself"), href=url_path_join(self.site.prefix, workspace, "home"))
        out = back if seen else way_out(self.person, self.site.home, ENTRY)
        again = [] if failure.refused else [Way(tr("Try again"), href=self.request.uri or "")]
        self._finish(refused(tr(self.page.title), failure, *again, out), QUIET)

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


class Lost(PageHandler):
    """Says that there is no such page, to who is signed in; others sign in first, wherever the address leads."""

    @web.authenticated
    async def get(self, *_: str) -> None:
        """Answer 404, with a way out."""
        self._refuse(
            NotFound(
                "No page that you can see has this address.",
                fix="Compare it with the one that you were given, or begin anew and search.",
                code="page_not_found",
            )
        )


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
