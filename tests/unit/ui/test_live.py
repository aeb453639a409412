"""Parts load at once, follow while somebody looks, and say once what went wrong."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager

import pytest

from tests.factories.pages import until
from workbench.core.errors import Unavailable
from workbench.ui.first import firsts

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    """Tornado's loop is asyncio's."""
    return "asyncio"


@contextmanager
def document():
    """A Bokeh document whose callbacks run at once, as its session would run them."""
    from bokeh.document import Document
    from panel.io.state import set_curdoc

    made = Document()
    made.add_next_tick_callback = lambda callback: callback()
    with set_curdoc(made):
        yield made


class Part:
    """What a live part loaded, showed and failed with; `answers` are given in turn, the last one for ever."""

    def __init__(self, *answers, pause=0.01, more=None):
        from workbench.ui.live import Live
        from workbench.ui.presence import Presence

        self.answers, self.loads, self.shown, self.failed = list(answers), 0, [], []
        self.presence = Presence()
        self.live = Live(self.presence, self.load, self.show, self.failed.append, lambda _: pause, "the part", more)

    async def load(self):
        self.loads += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def show(self, reply):
        if reply == "undrawable":
            raise ValueError(reply)
        self.shown.append(reply)


@pytest.fixture
def quick(monkeypatch):
    """Retries without waiting."""
    monkeypatch.setattr("workbench.ui.live.FIRST_RETRY", 0.001)
    monkeypatch.setattr("workbench.ui.live.LAST_RETRY", 0.001)


async def test_it_loads_once_before_anybody_looks_and_then_follows():
    """The first answer is ready when the browser is; what follows waits for a visible document."""
    with document():
        part = Part("a", "b", "c")
        part.live.start()
        await until(lambda: part.shown == ["a"])
        await asyncio.sleep(0.1)
        assert part.loads == 1
        part.presence.watched = True
        await until(lambda: part.shown[:3] == ["a", "b", "c"])
        part.live.stop()


async def test_it_rests_while_nobody_looks():
    """A document in the background costs nothing."""
    with document():
        part = Part("a")
        part.live.start()
        part.presence.watched = True
        await until(lambda: part.loads > 3)
        part.presence.watched = False
        await asyncio.sleep(0.05)
        loads = part.loads
        await asyncio.sleep(0.1)
        assert part.loads == loads
        part.live.stop()


async def test_asking_for_something_else_does_not_wait():
    """A changed filter loads at once, however long the pause."""
    with document():
        part = Part("a", "b", pause=60)
        part.live.start()
        await until(lambda: part.shown == ["a"])
        part.live.refresh()
        await until(lambda: part.shown == ["a", "b"])
        part.live.stop()


async def test_a_failure_that_lasts_is_said_once_and_ends_by_itself(quick, caplog):
    """The person reads one failure under one id; when the server is back, so is the page."""
    with document():
        down = Unavailable("The database does not answer.", fix="Start it.")
        part = Part(down, down, down, "back", pause=60)
        part.live.start()
        part.presence.watched = True
        await until(lambda: part.shown == ["back"])
        part.live.stop()
    assert [failure.detail for failure in part.failed] == ["The database does not answer."]
    assert caplog.text.count("The database does not answer.") == 1


async def test_what_takes_longer_is_shown_after_the_words():
    """A page says at once what it knows, and again once its plots are there; nobody waits for them to read."""
    plotted = asyncio.Event()

    async def more(_):
        return await plotted.wait()

    with document(), firsts() as awaited:
        part = Part("words", pause=60, more=more)
        part.live.start()
        assert await awaited.come(10)
        assert part.shown == ["words"]
        plotted.set()
        await until(lambda: part.shown == ["words", "words"])
        part.live.stop()


async def test_what_cannot_be_drawn_is_a_failure_too(caplog):
    """An error in drawing is told and logged; a blank page would be worse."""
    with document():
        part = Part("undrawable", pause=60)
        part.live.start()
        await until(lambda: part.failed != [])
        part.live.stop()
    assert part.failed[0].correlation_id in caplog.text
