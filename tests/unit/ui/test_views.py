"""A page does what people press and says what came of it."""

from __future__ import annotations

import asyncio

from tests.factories.pages import Answers, opened, text
from workbench.core.errors import Invalid
from workbench.ui.shell import markup
from workbench.ui.views import View


class Page(View[None]):
    """A page with an act that is over at once and one that goes on after it."""

    doing = "a page"

    def __init__(self, visit):
        super().__init__(visit, markup())
        self.refused = asyncio.Event()
        self.on("long", lambda _: self.refused.wait())
        self.on("refused", self._refused)

    async def load(self):
        """Nothing is to be had."""

    def show(self, reply):
        """Nothing is to be seen."""

    async def _refused(self, _):
        self.refused.set()
        raise Invalid("It was changed meanwhile.")


def test_what_one_act_told_stays_when_another_ends():
    """One that ends with nothing to say takes away only what was there when it began."""
    page = opened(Page, Answers(), [[("long", []), ("refused", [])]])
    assert "It was changed meanwhile." in text(page.said.object)

    page = opened(Page, Answers(), [("refused", []), ("long", [])])
    assert text(page.said.object) == ""
