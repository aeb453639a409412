"""The newest picture that a run logged."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from markupsafe import Markup

from workbench.core.errors import WorkbenchError
from workbench.domains.dashboards.schemas import Home
from workbench.ui.figures import opened, picture
from workbench.ui.formats import ago
from workbench.ui.languages import tr
from workbench.ui.parts import empty, loading
from workbench.ui.shell import heading, markup, panel_card, reveal, stack
from workbench.ui.vetting import Unshowable
from workbench.ui.visit import Failure, Visit

from .parts import room_beside


class PictureCard:
    """The picture and its title; asked for again only when there is a newer one, or another room for it."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._loaded: tuple[UUID, int] | None = None  # which picture, and its room
        self._pane: Any = None
        self._name = ""
        self.title, self.body = markup(heading(tr("Picture"))), stack(markup(loading(tr("Loading the picture."))))
        self.card = panel_card(self.title, self.body)
        reveal(False, self.card)

    async def load(self, home: Home) -> bool:
        """Ask for the picture; False where it is here already."""
        line, room = home.figure, room_beside(home)
        if line is None or self._loaded == (line.id, room):
            return False
        self._loaded, self._name = (line.id, room), line.label.replace("_", " ").capitalize()
        try:
            kept = await self._visit.call("runs.figure", id=str(line.run_id), name=line.label)
            found = await self._visit.in_thread(partial(opened, kept.media_type, bytes(kept.content)))
            made = picture(kept.media_type, found, line.label, room, narrow=True)
        except Unshowable as error:
            self._pane = markup(empty(tr("This picture is not shown"), str(error)))
        except WorkbenchError as error:
            failure = Failure.of(error, "the picture of the home page")
            self._pane, self._loaded = markup(empty(failure.title, failure.detail)), None
        else:
            self._pane, self._name = made.pane, made.title or self._name
        return True

    def show(self, home: Home) -> None:
        """Show what was loaded; nothing where no run logged a picture."""
        line = home.figure
        reveal(line is not None, self.card)
        if line is None or self._pane is None:  # it comes after the words
            return
        if self.body[0] is not self._pane:
            self.body[:] = [self._pane]
        aside = Markup("{} · {}").format(line.title, ago(line.created_at, home.at))
        self.title.object = str(heading(self._name, aside))
