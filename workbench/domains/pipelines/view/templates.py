"""The templates that a pipeline can be started from."""

from __future__ import annotations

from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.schemas import Page
from workbench.domains.pipelines.schemas import TemplateView
from workbench.ui.controls import link, search, toolbar
from workbench.ui.parts import card, empty, join, loading
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit


def templates(visit: Visit) -> Any:
    """The page of a visit."""
    return Templates(visit).start()


class Templates(View[Page[TemplateView]]):
    """A card for each template."""

    doing = "the list of templates"
    fresh = 3600.0  # they come with the installation
    asks: ClassVar = {"q": ""}

    def __init__(self, visit: Visit) -> None:
        self.controls, self.list = markup(), markup(loading("Loading the templates."))
        super().__init__(visit, self.controls, self.list)
        self.draw(self.controls, toolbar(search("Search templates", "q", self.chosen["q"])))

    async def load(self) -> Page[TemplateView]:
        found: Page[TemplateView] = await self.visit.call("templates.list", q=self.chosen["q"] or None)
        return found

    def show(self, reply: Page[TemplateView]) -> None:
        if not reply.items:
            self.draw(self.list, card("Templates", empty("No template is like that", "Search for something else.")))
            return
        cards = (card(one.title, self._about(one)) for one in reply.items)
        self.draw(self.list, Markup('<div class="tiles">{}</div>').format(join(cards)))

    def _about(self, one: TemplateView) -> Markup:
        use = link(
            Markup('Use<span class="unseen"> {}</span>').format(one.title), self.visit.link("templates", one.name)
        )
        return Markup('<p class="muted">{}</p><p class="acts">{}</p>').format(one.description, use)
