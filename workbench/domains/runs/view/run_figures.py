"""The figures that a run logged; each is asked for once."""

from __future__ import annotations

from typing import Any

from workbench.core.errors import WorkbenchError
from workbench.domains.runs.schemas import RunView
from workbench.ui.figures import Unshowable, picture
from workbench.ui.parts import empty
from workbench.ui.shell import heading, markup, panel_card, reveal, stack
from workbench.ui.visit import Visit

ROOM, MOST = 420, 12
Loaded = tuple[str, str, bytes]


class FiguresCard:
    """A card that grows as figures come."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._loaded: list[Loaded] = []
        self._names: set[str] = set()
        self._drawn = 0
        self.body = stack()
        self.card = panel_card(markup(heading("Figures")), self.body)
        reveal(False, self.card)

    async def load(self, run: RunView) -> None:
        """Ask for the figures that are not here yet."""
        for name in [name for name in run.figures if name not in self._names][: MOST - len(self._names)]:
            self._names.add(name)
            try:
                found = await self._visit.call("runs.figure", id=str(run.id), name=name)
            except WorkbenchError as error:
                self._loaded.append((name, "", error.detail.encode()))
            else:
                self._loaded.append((name, found.media_type, bytes(found.content)))

    def show(self, wanted: bool) -> None:
        """Show what was loaded, where it is wanted."""
        reveal(wanted and bool(self._loaded), self.card)
        for name, media_type, content in self._loaded[self._drawn :]:
            self.body.extend(_figure(name, media_type, content))
        self._drawn = len(self._loaded)


def _figure(name: str, media_type: str, content: bytes) -> list[Any]:
    title = name.replace("_", " ").capitalize()
    if not media_type:
        return [markup(empty(title, content.decode()))]
    try:
        made = picture(media_type, content, name, ROOM)
    except Unshowable as error:
        return [markup(empty(title, str(error)))]
    return [markup(heading(made.title or title)), made.pane]
