"""How one would like the pages of a workspace to be: what one chooses is kept at once."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from markupsafe import Markup

from workbench.core.clock import now
from workbench.core.errors import Invalid, NotAuthenticated
from workbench.domains.access.schemas import PreferencesView
from workbench.ui.controls import choice, facts
from workbench.ui.likings import LAB, PREFIX, START, THEME, THEMES, TIMEZONE, Likings, zone_of
from workbench.ui.parts import Content, card, join, loading
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

KEEP = "keep"
CHANGED = "Your password is changed, and all your other sessions ended."
KEPT = "That is kept. Pages that you open from now on follow it."


def preferences(visit: Visit) -> Any:
    """The page of a visit."""
    return Preferences(visit).start()


class Preferences(View[PreferencesView]):
    """A list for each of them."""

    doing = "your preferences"
    fresh = 60.0

    def __init__(self, visit: Visit) -> None:
        self.list, self.password = markup(loading("Loading your preferences.")), markup()
        self._changed = 0  # times that the password was; each draws the form anew, and empty
        super().__init__(visit, self.list, self.password)
        self.on(KEEP, self._keep, KEPT)
        self.on("password", self._change_password, CHANGED)

    async def load(self) -> PreferencesView:
        found: PreferencesView = await self.visit.call("preferences.show", prefix=PREFIX)
        return found

    def show(self, reply: PreferencesView) -> None:
        words = {name: options.get(str(reply.values.get(name) or ""), "") for name, options in self._options().items()}
        rows = [
            (self._choice(name, word, str(reply.values.get(name) or "") if words[name] else ""), help_)
            for name, word, help_ in HELP
        ]
        zone = Likings.of(reply.values).zone or zone_of(self.visit.person.timezone)
        told = facts([
            ("It is now", f"{now().astimezone(zone):%a %d %b %Y, %H:%M %Z}"),
            ("Language", "English, the only one that the pages have so far"),
        ])  # fmt: skip
        drawn = join(Markup('<div class="preference">{}<p class="sub">{}</p></div>').format(*row) for row in rows)
        self.draw(self.list, card(f"Preferences in {self.visit.place}", Markup("{}{}").format(drawn, told)))
        own = self.visit.sign_out and self.visit.person.may("sessions:own") and not self.visit.seen_as
        self.draw(self.password, card("Password", PASSWORD.format(self._changed)) if own else "")

    def _choice(self, name: str, word: str, value: str) -> Content:
        return choice(word, name, self._options()[name], value, act=KEEP)

    def _options(self) -> dict[str, dict[str, str]]:
        """What can be chosen, a word by value; the first of each is what counts for who chose nothing."""
        pages = {page.path: page.title for page in self.visit.may_open if page.in_navigation}
        lab = {LAB: "JupyterLab"} if self.visit.person.may("kernels:use") else {}
        return {
            THEME: {"": "As the browser has it", **{name: name.capitalize() for name in THEMES}},
            TIMEZONE: {"": f"The workspace's: {self.visit.person.timezone}", **ZONES},
            START: {"": "As usual for my role", **lab, **pages},
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


ZONES = {name: name.replace("_", " ") for name in sorted(available_timezones()) if "/" in name or name == "UTC"}
PASSWORD = Markup(
    '<form class="form" data-changes="{}" novalidate>'
    '<div class="field"><label for="p-current">Your password</label><input id="p-current" name="current_password"'
    ' type="password" autocomplete="current-password" required></div>'
    '<div class="field"><label for="p-new">A new password</label><input id="p-new" name="new_password" type="password"'
    ' autocomplete="new-password" required><p class="help">At least 8 characters; several words are best. All your'
    ' other sessions end.</p></div><div class="acts"><button type="submit" data-act="password">Change it</button></div>'
    "</form>"
)
HELP = (
    (
        THEME,
        "Theme",
        "Of the pages, in every browser. The switch in the app bar changes it for a while.",
    ),
    (TIMEZONE, "Time zone", "Times are shown in it where you point at them; figures by day stay the workspace's."),
    (START, "Start page", "Where /workbench and signing in lead you."),
)
