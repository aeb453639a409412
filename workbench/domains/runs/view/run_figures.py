"""The figures that a run logged; each is asked for once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from workbench.core.errors import WorkbenchError
from workbench.domains.runs.schemas import RunView
from workbench.ui.figures import opened, picture
from workbench.ui.languages import tr
from workbench.ui.parts import empty
from workbench.ui.shell import heading, markup, panel_card, reveal, stack
from workbench.ui.vetting import Unshowable
from workbench.ui.visit import Visit

ROOM, MOST = 420, 12


@dataclass(frozen=True, slots=True)
class Loaded:
    """A figure that was logged, opened; without a media type it cannot be had or shown, and `found` says why."""

    name: str
    media_type: str
    found: Any


async def load_figure(visit: Visit, run: RunView, name: str) -> Loaded:
    """Ask for a figure of a run."""
    try:
        kept = await visit.call("runs.figure", id=str(run.id), name=name)
        found = await visit.in_thread(partial(opened, kept.media_type, bytes(kept.content)))
    except WorkbenchError as error:
        return Loaded(name, "", error.detail)
    except Unshowable as error:
        return Loaded(name, "", str(error))
    return Loaded(name, kept.media_type, found)


def drawn(figure: Loaded, *, narrow: bool) -> tuple[str, Any]:
    """The title of a figure, and a pane with it, also on a phone, or with why it is not shown."""
    title = called(figure.name)
    if not figure.media_type:
        return title, markup(empty(title, figure.found))
    made = picture(figure.media_type, figure.found, figure.name, ROOM, narrow=narrow)
    return made.title or title, made.pane


def called(name: str) -> str:
    """The name of a figure or a metric as people read it."""
    return (name[:1].upper() + name[1:]).replace("_", " ")


class FiguresCard:
    """A card that grows as figures come."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._loaded: list[Loaded] = []
        self._names: set[str] = set()
        self._drawn = 0
        self.body = stack(markup())  # an empty box is warned of
        self.card = panel_card(markup(heading(tr("Figures"))), self.body)
        reveal(False, self.card)

    async def load(self, run: RunView) -> None:
        """Ask for the figures that are not here yet."""
        for name in [name for name in run.figures if name not in self._names][: MOST - len(self._names)]:
            self._names.add(name)
            self._loaded.append(await load_figure(self._visit, run, name))

    def show(self, wanted: bool) -> None:
        """Show what was loaded, where it is wanted."""
        reveal(wanted and bool(self._loaded), self.card)
        for figure in self._loaded[self._drawn :]:
            title, pane = drawn(figure, narrow=self._visit.phone)
            self.body.extend([markup(heading(title)), pane])
        self._drawn = len(self._loaded)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure in its card: the title, the panes above and below it, and the card."""

    name: str
    title: str
    head: Any
    below: Any
    card: Any


class FigureCards:
    """A card for each figure of one run; another run's take their place."""

    def __init__(self, *, narrow: bool) -> None:
        self._narrow = narrow
        self.box = stack(markup())
        self._run: object = None
        self.cards: list[Drawn] = []

    def show(self, run: RunView, figures: Sequence[Loaded]) -> None:
        """Draw the figures of a run, unless they are there already."""
        if self._run != run.id:
            self._run, self.cards = run.id, [_card(figure, self._narrow) for figure in figures]
            self.box.objects = [one.card for one in self.cards] or [markup()]  # an empty box is warned of
        reveal(bool(self.cards), self.box)


def _card(figure: Loaded, narrow: bool) -> Drawn:
    title, pane = drawn(figure, narrow=narrow)
    head, below = markup(heading(title)), markup(css_classes=["gone"])
    return Drawn(figure.name, title, head, below, panel_card(head, stack(pane, below)))
