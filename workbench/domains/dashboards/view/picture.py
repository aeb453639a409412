"""The newest picture that a run logged."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from markupsafe import Markup

from workbench.core.errors import WorkbenchError
from workbench.domains.dashboards.schemas import FigureLine, Home
from workbench.ui.figures import picture
from workbench.ui.formats import ago
from workbench.ui.parts import empty, loading
from workbench.ui.shell import heading, markup, panel_card, reveal, stack
from workbench.ui.vetting import Unshowable
from workbench.ui.visit import Failure, Visit

from .parts import room_beside


class PictureCard:
    """The picture and its title; asked for again only when there is a newer one."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._loaded: UUID | None = None
        self._shown: tuple[UUID, bool, int] | None = None  # which picture, whether it was to be had, and its room
        self._content, self._name = b"", ""
        self._failure: Failure | None = None
        self.title, self.body = markup(heading("Picture")), stack(markup(loading("Loading the picture.")))
        self.card = panel_card(self.title, self.body)
        reveal(False, self.card)

    async def load(self, line: FigureLine | None) -> bool:
        """Ask for the bytes of the picture; False where they are here already."""
        if line is None or line.id == self._loaded:
            return False
        try:
            download = await self._visit.call("runs.figure", id=str(line.run_id), name=line.label)
            self._content, self._failure, self._loaded = bytes(download.content), None, line.id
        except WorkbenchError as error:
            self._failure, self._loaded = Failure.of(error, "the picture of the home page"), None
        return True

    def show(self, home: Home) -> None:
        """Show what was loaded; nothing where no run logged a picture."""
        line = home.figure
        reveal(line is not None, self.card)
        if line is None or (line.id != self._loaded and self._failure is None):  # it comes after the words
            return
        if self._shown != (shown := (line.id, self._failure is None, room_beside(home))):
            self._shown = shown
            self._name, self.body[:] = self._picture(line, room_beside(home))
        aside = Markup("{} · {}").format(line.title, ago(line.created_at, home.at))
        self.title.object = str(heading(self._name, aside))

    def _picture(self, line: FigureLine, room: int) -> tuple[str, list[Any]]:
        name = line.label.replace("_", " ").capitalize()
        if self._failure is not None:
            return name, [markup(empty(self._failure.title, self._failure.detail))]
        try:
            made = picture(line.media_type, self._content, line.label, room, narrow=True)
        except Unshowable as error:
            return name, [markup(empty("This picture is not shown", str(error)))]
        return made.title or name, [made.pane]
