"""Signing in and out in a browser: plain forms, no script, and a new session at each sign-in."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler

from jupyter_ext.handler import in_pool
from jupyter_ext.identity import origin_of
from jupyter_ext.speaking import Speaking
from workbench.core.context import ANONYMOUS, Context
from workbench.core.errors import NotAuthenticated, WorkbenchError
from workbench.domains.access import service
from workbench.ui.forms import Field, Form, form_page, note_page
from workbench.ui.languages import mark, tr
from workbench.ui.parts import Way

from .addresses import safe
from .visitor import Credential, visitor_of

if TYPE_CHECKING:
    from workbench.core.workbench import Workbench

    from .server import TeamServer

SEE_OTHER = 303
# Idle, ended by its owner or an admin: which of these is not told.
ENDED = mark("Your session has ended; sign in again.")


class Page(Speaking, JupyterHandler):
    """A page with a form; nobody needs to be signed in."""

    @property
    def team(self) -> TeamServer:
        """The server."""
        server: TeamServer = self.settings["serverapp"]
        return server

    def at(self, page: str) -> str:
        """The address of one of these pages."""
        return f"{self.base_url}workbench/{page}"

    @property
    def cookie(self) -> str:
        """The name of the cookie that holds a session."""
        return self.team.guard.places.cookie

    @property
    def _path(self) -> str:
        return "/" if self.team.guard.places.secure else self.base_url

    def ask(self, form: Form, status: int = 200) -> None:
        """Show a form, with the token that its answer must bring."""
        self.show(form_page(replace(form, kept={**form.kept, "_xsrf": self.xsrf_token.decode()})), status)

    def show(self, document: str, status: int = 200) -> None:
        """Finish with a document, which is nobody else's: it has the token, and is in her browser's language."""
        self.set_status(status)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(document)

    def write_error(self, status_code: int, **more: Any) -> None:
        """Show what went wrong: most often a form that lay open for too long."""
        cause = (more.get("exc_info") or (None, None, None))[1]
        text = tr("The form could not be taken: it was open for too long, or another page sent it.")
        if isinstance(cause, WorkbenchError):
            text = cause.detail
        self.show(note_page(tr("This did not work"), text, Way(tr("Sign in"), href=self.at("login"))), status_code)

    def caller(self, workbench: Workbench) -> Context:
        """The context of somebody who is not signed in."""
        origin = origin_of(self.request, self.base_url)
        return workbench.installation_context(ANONYMOUS, surface="page", origin=origin)

    def keep(self, text: str) -> None:
        """Have the browser keep a new session, and a new token against foreign forms with it."""
        secure = self.team.guard.places.secure
        self.set_cookie(self.cookie, text, path=self._path, secure=secure, httponly=True, samesite="Lax")
        # A JupyterLab that is open in another tab goes on with this session, and reads its token from here.
        self.set_cookie("_xsrf", secrets.token_hex(16), **self.settings["xsrf_cookie_kwargs"])

    def drop_session(self) -> None:
        """Have the browser forget its session; by HTTPS it would ignore a reply that left `Secure` out."""
        self.clear_cookie(self.cookie, path=self._path, secure=self.team.guard.places.secure, samesite="Lax")

    async def end_session(self, workbench: Workbench) -> None:
        """End the session that the browser brought, if any: it is not gone on with after another sign-in."""
        credential = visitor_of(self.request).credential
        if credential is not None and credential.cookie:
            await in_pool(workbench.pools.writes, _end, workbench, credential)


class Login(Page):
    """Asks who somebody is."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Show the form; who is signed in is sent on."""
        workbench, credential = await self.team.guard.opened(), visitor_of(self.request).credential
        if credential is not None:
            try:
                await in_pool(workbench.pools.gate, self.team.guard.find, workbench, credential)
            except NotAuthenticated:
                self.drop_session()
                self.ask(self._form(alert=tr(ENDED)))
            else:
                self.redirect(self._wanted())
            return
        self.ask(self._form())

    @allow_unauthenticated
    async def post(self) -> None:
        """Sign in, and go to where she wanted."""
        workbench = await self.team.guard.opened()
        name, password = self.get_body_argument("name", ""), self.get_body_argument("password", "", strip=False)
        try:
            opened = await in_pool(workbench.pools.work, service.open_session, self.caller(workbench), name, password)
        except WorkbenchError as error:
            if error.retry_after is not None:
                self.set_header("Retry-After", str(int(error.retry_after) + 1))
            self.ask(self._form(name, str(error)), error.status)
            return
        await self.end_session(workbench)
        self.keep(opened.text)
        self.redirect(self._wanted(), status=SEE_OTHER)

    def _wanted(self) -> str:
        return safe(self.get_argument("next", ""), self.base_url) or self.at("").rstrip("/")

    def _form(self, name: str = "", alert: str = "") -> Form:
        return Form(
            tr("Sign in"),
            tr("Sign in"),
            self.at("login"),
            [
                Field("name", tr("E-mail address or user name"), autocomplete="username", value=name),
                Field("password", tr("Password"), "password", "current-password"),
            ],
            kept={"next": self._wanted()},
            alert=alert,
            ways=[Way(tr("Forgot your password?"), href=self.at("forgot"))],
        )


class Logout(Page):
    """Ends the session."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Ask once more: a picture on a foreign page could come here too."""
        intro = tr("Runs go on meanwhile; your kernels rest until you are back.")
        ways = [Way(tr("Stay signed in"), href=self.at("").rstrip("/"))]
        self.ask(Form(tr("Sign out"), tr("Sign out"), self.at("logout"), intro=intro, ways=ways))

    @allow_unauthenticated
    async def post(self) -> None:
        """Sign out; open windows hear of it within two seconds."""
        await self.end_session(await self.team.guard.opened())
        self.drop_session()
        self.clear_cookie("_xsrf", path=self.base_url)
        self.set_header("Clear-Site-Data", '"cache"')
        self.redirect(self.at("login"), status=SEE_OTHER)


def _end(workbench: Workbench, credential: Credential) -> None:
    with workbench.unit_of_work() as db:
        service.end_session(db, credential.text)


PAGES = [("login", Login), ("logout", Logout)]
