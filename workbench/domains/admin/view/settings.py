"""What is configured, and where each setting comes from; it is changed there, not here."""

from __future__ import annotations

from typing import Any, ClassVar

from markupsafe import Markup

from workbench.domains.admin.schemas import SettingsView, SettingView
from workbench.ui.controls import choice, search, toolbar
from workbench.ui.formats import size
from workbench.ui.parts import Column, Content, card, empty, loading, table, value, with_detail
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

COLUMNS = (Column("Setting", share=56), Column("Value", share=28), Column("From", wide=True))
SHOWN = {"": "All settings", "changed": "Those that are not the default"}


def page(visit: Visit) -> Any:
    """The page of a visit."""
    return Settings(visit).start()


class Settings(View[SettingsView]):
    """The list, and what narrows it down."""

    doing = "the settings"
    asks: ClassVar = {"q": "", "show": ""}
    fresh = 60.0

    def __init__(self, visit: Visit) -> None:
        self.controls, self.list = markup(), markup(loading("Loading the settings."))
        super().__init__(visit, self.controls, self.list)
        shown = choice("Show", "show", SHOWN, self.chosen["show"])
        self.draw(self.controls, toolbar(search("Search settings", "q", self.chosen["q"]), shown))

    async def load(self) -> SettingsView:
        found: SettingsView = await self.visit.call("admin.settings")
        return found

    def show(self, reply: SettingsView) -> None:
        rows = [_row(one) for one in reply.items if self._wanted(one)]
        aside = Markup("changed in <code>{}</code> or by <code>WORKBENCH_…</code>, for the next start").format(
            reply.file
        )
        drawn = table("Settings in force", COLUMNS, rows, aside=aside) if rows else card("Settings", NONE_LIKE_THAT)
        self.draw(self.list, drawn)

    def _wanted(self, one: SettingView) -> bool:
        if self.chosen["show"] and one.origin == "default":
            return False
        return self.chosen["q"].casefold() in f"{one.name} {one.help}".casefold()


def _row(one: SettingView) -> tuple[Content, ...]:
    name = Markup('<code>{}</code><span class="sub">{}</span>').format(one.name, one.help)
    found: Content = value(_said(one)) if one.value else Markup('<span class="muted">empty</span>')
    drawn = Markup('<span class="muted">{}</span>') if one.origin == "default" else Markup("<b>{}</b>")
    origin = drawn.format(one.origin)
    return name, with_detail(found, origin), origin


def _said(one: SettingView) -> str:
    """A value, and of a number of bytes how much that is."""
    large = one.name.endswith("_bytes") and one.value.isdecimal() and int(one.value) >= 1024
    return f"{one.value} ({size(int(one.value))})" if large else one.value


NONE_LIKE_THAT = empty("No setting is like that", "Search for something else, or show all of them.")
