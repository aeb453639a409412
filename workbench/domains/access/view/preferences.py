"""How one would like the pages of a workspace to be: what one chooses is kept at once."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from markupsafe import Markup

from workbench.core.clock import now
from workbench.core.errors import Invalid, NotAuthenticated
from workbench.domains.access.schemas import PreferencesView
from workbench.ui.controls import choice, facts
from workbench.ui.formats import dated
from workbench.ui.languages import LANGUAGES, mark, tr
from workbench.ui.likings import LAB, LANGUAGE, PREFIX, START, THEME, THEMES, TIMEZONE, Likings, zone_of
from workbench.ui.parts import Content, card, join, loading
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

KEEP = "keep"
WORDS = {"light": mark("Light"), "dark": mark("Dark")}  # for themes


def preferences(visit: Visit) -> Any:
    """The page of a visit."""
    return Preferences(visit).start()


class Preferences(View[PreferencesView]):
    """A list for each of them."""

    doing = "your preferences"
    fresh = 60.0

    def __init__(self, visit: Visit) -> None:
        self.list, self.password = markup(loading(tr("Loading your preferences."))), markup()
        self._changed = 0  # times that the password was; each draws the form anew, and empty
        super().__init__(visit, self.list, self.password)
        self.on(KEEP, self._keep, tr("That is kept. Pages that you open from now on follow it."))
        changed = tr("Your password is changed, and all your other sessions ended.")
        self.on("password", self._change_password, changed)

    async def load(self) -> PreferencesView:
        found: PreferencesView = await self.visit.call("preferences.show", prefix=PREFIX)
        return found

    def show(self, reply: PreferencesView) -> None:
        words = {name: options.get(str(reply.values.get(name) or ""), "") for name, options in self._options().items()}
        rows = [
            (self._choice(name, tr(word), str(reply.values.get(name) or "") if words[name] else ""), tr(help_))
            for name, word, help_ in HELP
        ]
        zone = Likings.of(reply.values).zone or zone_of(self.visit.person.timezone)
        told = facts([(tr("It is now"), dated(now().astimezone(zone), "%a %d %b %Y, %H:%M %Z"))])
        drawn = join(Markup('<div class="preference">{}<p class="sub">{}</p></div>').format(*row) for row in rows)
        self.draw(self.list, card(tr("Preferences in {workspace}", workspace=self.visit.place), drawn + told))
        own = self.visit.sign_out and self.visit.person.may("sessions:own") and not self.visit.seen_as
        self.draw(self.password, card(tr("Password"), _password(self._changed)) if own else "")

    def _choice(self, name: str, word: str, value: str) -> Content:
        return choice(word, name, self._options()[name], value, act=KEEP)

    def _options(self) -> dict[str, dict[str, str]]:
        """What can be chosen, a word by value; the first of each is what counts for who chose nothing."""
        pages = {page.path: tr(page.title) for page in self.visit.may_open if page.in_navigation}
        lab = {LAB: "JupyterLab"} if self.visit.person.may("kernels:use") else {}
        return {
            THEME: {"": tr("As the browser has it"), **{name: tr(WORDS[name]) for name in THEMES}},
            LANGUAGE: {"": tr("As the browser asks for it"), **{name: one.name for name, one in LANGUAGES.items()}},
            TIMEZONE: {"": tr("The workspace's: {zone}", zone=self.visit.person.timezone), **ZONES},
            START: {"": tr("As usual for my role"), **lab, **pages},
        }

    async def _change_password(self, fields: Fields) -> None:
        current, new = fields.get("current_password", ""), fields.get("new_password", "")
        try:
            await self.visit.call("me.change_password", current_password=current, new_password=new)
        except NotAuthenticated as error:
            if error.code != "sign_in_failed":  # the session itself is over
                raise
            told = {"pointer": "/current_password", "message": "This is not your password."}
            raise Invalid("Your password is as it was.", code="wrong_password", errors=[told]) from None
        self._changed += 1

    async def _keep(self, fields: Fields) -> None:
        for name, value in fields.items():
            if value not in self._options().get(name, {}):
                raise Invalid(f"{value!r} cannot be chosen.", fix="Choose one of the list.")
            await self.visit.call("preferences.set", name=name, value=value or None)
            if name == THEME:
                self.presence.theme_by = "person" if value else "browser"
                self.presence.dark = THEMES.get(value, self.presence.dark)
            if name == LANGUAGE:
                self.presence.go(self.visit.address)  # what was drawn says what it said


def _password(changed: int) -> Markup:
    """A form for another password; it is drawn anew, and empty, after each time that it was `changed`."""
    return Markup(
        '<form class="form" data-changes="{}" novalidate>'
        '<div class="field"><label for="p-current">{}</label><input id="p-current" name="current_password"'
        ' type="password" autocomplete="current-password" required></div>'
        '<div class="field"><label for="p-new">{}</label><input id="p-new" name="new_password" type="password"'
        ' autocomplete="new-password" required><p class="help">{}</p></div>'
        '<div class="acts"><button type="submit" data-act="password">{}</button></div></form>'
    ).format(
        changed, tr("Your password"), tr("A new password"),
        tr("At least 8 characters; several words are best. All your other sessions end."), tr("Change it"),
    )  # fmt: skip


ZONES = {name: name.replace("_", " ") for name in sorted(available_timezones()) if "/" in name or name == "UTC"}
HELP = (
    (
        THEME, mark("Theme"),
        mark("Of the pages, in every browser. The switch in the app bar changes it for a while."),
    ),
    (
        LANGUAGE, mark("Language"),
        mark("Of the pages. Documents, what people named and what went wrong stay as they were written."),
    ),
    (
        TIMEZONE, mark("Time zone"),
        mark("Times are shown in it where you point at them; figures by day stay the workspace's."),
    ),
    (START, mark("Start page"), mark("Where /workbench and signing in lead you.")),
)  # fmt: skip
