"""A page does what people press and says what came of it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

from tests.factories.pages import Answers, opened, text, visit
from workbench.core.errors import Invalid
from workbench.ui import ready
from workbench.ui.languages import SPOKEN
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


def test_a_thread_speaks_the_language_of_who_looks():
    """What is drawn beside the loop is drawn for the same person, and leaves nothing behind."""
    here = visit(Answers())
    before = SPOKEN.set("de")
    try:
        assert asyncio.run(here.in_thread(SPOKEN.get)) == "de"
    finally:
        SPOKEN.reset(before)
    assert here.executor.submit(SPOKEN.get).result() == "en"


def test_what_waits_for_the_browser_is_drawn_as_for_who_looked(monkeypatch):
    """The browser's word that it is ready comes in a context that knows nothing of the page's."""
    waiting, said = [], []
    monkeypatch.setattr(ready, "_fetched", lambda: True)
    monkeypatch.setattr(ready.pn, "state", SimpleNamespace(loaded=False, onload=waiting.append))
    before = SPOKEN.set("de")
    ready.when_ready(lambda: said.append(SPOKEN.get()))
    SPOKEN.reset(before)
    waiting[0]()

    assert said == ["de"]
