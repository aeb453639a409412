"""The templates that a pipeline can be started from."""

from __future__ import annotations

from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.schemas import Page
from workbench.domains.pipelines.schemas import TemplateView
from workbench.ui.controls import link, search, toolbar
from workbench.ui.languages import tr
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
        self.controls, self.list = markup(), markup(loading(tr("Loading the templates.")))
        super().__init__(visit, self.controls, self.list)
        self.draw(self.controls, toolbar(search(tr("Search templates"), "q", self.chosen["q"])))

    async def load(self) -> Page[TemplateView]:
        found: Page[TemplateView] = await self.visit.call("templates.list", q=self.chosen["q"] or None)
        return found

    def show(self, reply: Page[TemplateView]) -> None:
        if not reply.items:
            nothing = empty(tr("No template is like that"), tr("Search for something else."))
            self.draw(self.list, card(tr("Templates"), nothing))
            return
        cards = (card(one.title, self._about(one)) for one in reply.items)
        self.draw(self.list, Markup('<div class="tiles">{}</div>').format(join(cards)))

    def _about(self, one: TemplateView) -> Markup:
        label = Markup('{}<span class="unseen"> {}</span>').format(tr("Use"), one.title)
        use = link(label, self.visit.link("templates", one.name))
        return Markup('<p class="muted">{}</p><p class="acts">{}</p>').format(one.description, use)
