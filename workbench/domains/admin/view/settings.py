"""What is configured, and where each setting comes from; it is changed there, not here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.domains.admin.schemas import SettingsView, SettingView
from workbench.ui.controls import choice, search, toolbar
from workbench.ui.formats import size
from workbench.ui.languages import mark, spoken, tr
from workbench.ui.parts import Column, Content, card, empty, loading, table, value, with_detail
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

SHOWN = {"": mark("All settings"), "changed": mark("Those that are not the default")}
ORIGINS = {"default": mark("default"), "environment": mark("environment"), "given": mark("given")}  # or a file


def page(visit: Visit) -> Any:
    """The page of a visit."""
    return Settings(visit).start()


class Settings(View[SettingsView]):
    """The list, and what narrows it down."""

    doing = "the settings"
    asks: ClassVar = {"q": "", "show": ""}
    fresh = 60.0

    def __init__(self, visit: Visit) -> None:
        self.controls, self.list = markup(), markup(loading(tr("Loading the settings.")))
        super().__init__(visit, self.controls, self.list)
        shown = choice(tr("Show"), "show", spoken(SHOWN), self.chosen["show"])
        self.draw(self.controls, toolbar(search(tr("Search settings"), "q", self.chosen["q"]), shown))

    async def load(self) -> SettingsView:
        found: SettingsView = await self.visit.call("admin.settings")
        return found

    def show(self, reply: SettingsView) -> None:
        rows = [_row(one) for one in reply.items if self._wanted(one)]
        nothing = empty(tr("No setting is like that"), tr("Search for something else, or show all of them."))
        self.draw(self.list, _settings(rows, reply.file) if rows else card(tr("Settings"), nothing))

    def _wanted(self, one: SettingView) -> bool:
        if self.chosen["show"] and one.origin == "default":
            return False
        return self.chosen["q"].casefold() in f"{one.name} {tr(one.help)}".casefold()


def _settings(rows: Sequence[Sequence[Content]], file: str) -> Markup:
    columns = (Column(tr("Setting"), share=56), Column(tr("Value"), share=28), Column(tr("From"), wide=True))
    aside = tr(
        "changed in {file} or by {variable}, for the next start",
        file=Markup("<code>{}</code>").format(file), variable=Markup("<code>WORKBENCH_…</code>"),
    )  # fmt: skip
    return table(tr("Settings in force"), columns, rows, aside=aside)


def _row(one: SettingView) -> tuple[Content, ...]:
    name = Markup('<code>{}</code><span class="sub">{}</span>').format(one.name, tr(one.help))
    found: Content = value(_said(one)) if one.value else Markup('<span class="muted">{}</span>').format(tr("empty"))
    drawn = Markup('<span class="muted">{}</span>') if one.origin == "default" else Markup("<b>{}</b>")
    origin = drawn.format(tr(ORIGINS.get(one.origin, one.origin)))
    return name, with_detail(found, origin), origin


def _said(one: SettingView) -> str:
    """A value, and of a number of bytes how much that is."""
    large = one.name.endswith("_bytes") and one.value.isdecimal() and int(one.value) >= 1024
    return f"{one.value} ({size(int(one.value))})" if large else one.value
