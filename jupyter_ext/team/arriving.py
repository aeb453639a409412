"""Arriving by a link: an invitation, a forgotten password, an address to confirm. Its code is kept out of every log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated

from jupyter_ext.handler import in_pool
from workbench.core import gate
from workbench.core.errors import NotFound, WorkbenchError
from workbench.domains.access import service
from workbench.ui.forms import Field, Form, note_page
from workbench.ui.languages import mark, tr
from workbench.ui.parts import Way

from .signing import SEE_OTHER, Page

UNMAILED = mark(
    "This server sends no mail. If there is an account of that address, a link to set another password was made. It is "
    "good for half an hour: ask whoever runs the server for it, who finds it in the folder mail of the server's home."
)
NEW = mark("At least 8 characters; several words are best.")


class Arriving(Page):
    """A page whose form carries out an operation that anybody may ask for."""

    async def carry_out(self, operation: str, **fields: Any) -> Any:
        """Carry out an operation as somebody who is not signed in.

        Raises:
            WorkbenchError: as the operation does.
        """
        workbench = await self.team.guard.opened()
        ctx = self.caller(workbench)
        return await in_pool(
            workbench.pools.work, gate.enter, workbench, workbench.registry[operation], lambda _: ctx, fields
        )

    def tell(self, title: str, text: str, status: int = 200) -> None:
        """Show what came of it."""
        self.show(note_page(title, text, Way(tr("Sign in"), href=self.at("login"))), status)

    def refuse(self, error: WorkbenchError) -> None:
        """Show why a link is good for nothing."""
        self.tell(error.detail.rstrip("."), error.fix, error.status)

    @property
    def code(self) -> str:
        """What the link said."""
        return self.get_argument("code", "")


class Invitation(Arriving):
    """Takes up an invitation."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Say what the invitation is to, and ask for a name and a password."""
        try:
            offered = await self.carry_out("auth.show_invitation", token=self.code)
        except WorkbenchError as error:
            self.refuse(error)
            return
        self.ask(self._form(offered))

    @allow_unauthenticated
    async def post(self) -> None:
        """Accept, and sign in."""
        name, password = self.get_body_argument("display_name", ""), self.get_body_argument("password", "", strip=False)
        try:
            offered = await self.carry_out("auth.show_invitation", token=self.code)
        except WorkbenchError as error:
            self.refuse(error)
            return
        given = {"token": self.code, "display_name": name or offered.email, "password": password}
        try:
            await self.carry_out("auth.accept_invitation", **given)
        except WorkbenchError as error:
            self.ask(self._form(offered, name, error), error.status)
            return
        workbench = await self.team.guard.opened()
        try:
            opened = await in_pool(
                workbench.pools.work, service.open_session, self.caller(workbench), offered.email, password
            )
        except WorkbenchError:  # such as too many attempts from here: the account is there, and she signs in later
            self.redirect(self.at("login"), status=SEE_OTHER)
            return
        await self.end_session(workbench)
        self.keep(opened.text)
        self.redirect(self.at("").rstrip("/"), status=SEE_OTHER)

    def _form(self, offered: Any, name: str = "", error: WorkbenchError | None = None) -> Form:
        fields = [Field("password", tr("Your password"), "password", "current-password")]
        if not offered.has_account:
            fields = [
                Field("display_name", tr("Your name"), autocomplete="name", value=name or offered.name),
                Field("password", tr("A new password"), "password", "new-password", help=tr(NEW)),
            ]
        alert = "" if error is None else _said(error)
        title, submit, kept = tr("You are invited"), tr("Accept"), {"code": self.code}
        return Form(title, submit, self.at("invitation"), fields, _intro(offered), kept=kept, alert=alert)


class Forgot(Arriving):
    """Has a link mailed by which to set another password."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Ask for the address."""
        self.ask(self._form())

    @allow_unauthenticated
    async def post(self) -> None:
        """Send the link, if there is such an account; strangers read the same."""
        email = self.get_body_argument("email", "")
        try:
            await self.carry_out("auth.forgot_password", email=email)
        except WorkbenchError as error:
            self.ask(self._form(email, _said(error)), error.status)
            return
        workbench = await self.team.guard.opened()
        if service.mails_people(workbench):
            text = tr("If there is an account of that address, a link is on its way. It is good for half an hour.")
            self.tell(tr("Look into your mail"), text)
            return
        self.tell(tr("Ask for the link"), tr(UNMAILED))

    def _form(self, email: str = "", alert: str = "") -> Form:
        field = Field("email", tr("E-mail address"), "email", "username", value=email)
        ways = [Way(tr("Back to signing in"), href=self.at("login"))]
        title, submit = tr("Forgot your password?"), tr("Send a link")
        return Form(title, submit, self.at("forgot"), [field], alert=alert, ways=ways)


class Reset(Arriving):
    """Sets another password."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Ask for the new password."""
        self.ask(self._form())

    @allow_unauthenticated
    async def post(self) -> None:
        """Set it; all sessions of the account end."""
        password = self.get_body_argument("password", "", strip=False)
        try:
            await self.carry_out("auth.reset_password", token=self.code, password=password)
        except WorkbenchError as error:
            self.ask(self._form(_said(error), good=not isinstance(error, NotFound)), error.status)
            return
        text = tr("All your sessions have ended. Sign in with the new password.")
        self.tell(tr("Your password is changed"), text)

    def _form(self, alert: str = "", *, good: bool = True) -> Form:
        """The form; where the link is not `good` any more, with the way to another."""
        field = Field("password", tr("A new password"), "password", "new-password", help=tr(NEW))
        kept: Mapping[str, str] = {"code": self.code}
        ways = [] if good else [Way(tr("Ask for another link"), href=self.at("forgot"))]
        title, submit = tr("Choose a new password"), tr("Set password")
        return Form(title, submit, self.at("reset"), [field], kept=kept, alert=alert, ways=ways)


class Verify(Arriving):
    """Confirms an address; a press of the button does, since programs that look for harm open links in mails too."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Ask for the press."""
        intro = tr("With this you confirm that the address to which the link was sent is yours.")
        title, submit = tr("Confirm your address"), tr("Confirm")
        self.ask(Form(title, submit, self.at("verify"), intro=intro, kept={"code": self.code}))

    @allow_unauthenticated
    async def post(self) -> None:
        """Confirm it."""
        try:
            await self.carry_out("auth.verify_email", token=self.code)
        except WorkbenchError as error:
            self.refuse(error)
            return
        self.tell(tr("Your address is confirmed"), tr("You may close this page, or go on."))


def _intro(offered: Any) -> str:
    """To what somebody is invited."""
    fields = {"email": offered.email, "workspace": offered.workspace, "roles": ", ".join(offered.roles)}
    if not offered.groups:
        return tr("{email} is invited to the workspace {workspace} as {roles}.", **fields)
    fields["groups"] = ", ".join(offered.groups)
    return tr("{email} is invited to the workspace {workspace} as {roles}, in the groups {groups}.", **fields)


def _said(error: WorkbenchError) -> str:
    """What a form says of a refusal."""
    return f"{error.detail} {error.fix}".strip()


PAGES = [("invitation", Invitation), ("forgot", Forgot), ("reset", Reset), ("verify", Verify)]
