"""How the home is kept: its chores, keys, audit trail and backups, and what can be done to them now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from workbench.domains.admin.schemas import MaintenanceView
from workbench.domains.audit.view.words import whole
from workbench.domains.secrets.schemas import KeyList
from workbench.ui.languages import tr
from workbench.ui.parts import NOTHING, Content, loading, status
from workbench.ui.presence import Fields
from workbench.ui.shell import markup, split
from workbench.ui.views import View, done
from workbench.ui.visit import Visit

from . import maintenance_parts as parts


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page is drawn from; no keys for who may not see them."""

    home: MaintenanceView
    keys: KeyList | None


def page(visit: Visit) -> Any:
    """The page of a visit."""
    return Maintenance(visit).start()


class Maintenance(View[Shown]):
    """A card for each, with its acts."""

    doing = "the maintenance of the home"
    fresh = 15.0

    def __init__(self, visit: Visit) -> None:
        self.chores, self.keys = markup(loading(tr("Loading how the home is kept."), 9)), markup()
        self.trail, self.backups = markup(), markup()
        self.outcome = markup()
        super().__init__(visit, self.outcome, self.chores, split(self.backups, self.keys), self.trail)
        self.verified: Content = NOTHING
        self.told: Content = NOTHING
        self.draw(self.outcome, NOTHING)
        self.on(parts.TIDY, self._tidy)
        self.on(parts.ROTATE, self._rotate)
        self.on(parts.VERIFY, self._verify)

    async def load(self) -> Shown:
        home: MaintenanceView = await self.visit.call("admin.maintenance")
        keys: KeyList | None = await self.visit.call("keys.list") if self.visit.person.may("admin:keys") else None
        return Shown(home, keys)

    def show(self, reply: Shown) -> None:
        self.draw(self.outcome, self.told)
        self.draw(self.chores, parts.chores(reply.home))
        self.draw(self.backups, parts.backups(reply.home))
        self.draw(self.keys, parts.keys(reply.keys) if reply.keys else NOTHING)
        self.draw(self.trail, parts.trail(self.verified) if self.visit.person.may("admin:audit") else NOTHING)

    async def _tidy(self, _: Fields) -> None:
        round_ = await self.visit.call("admin.tidy")
        failed = [parts.called(one.name) for one in round_.chores if one.failed]
        self.told = done(tr("All chores are done."))
        if failed:
            self.told = _ill(tr("These failed: {chores}; the server's log says why.", chores=", ".join(failed)))

    async def _rotate(self, _: Fields) -> None:
        rotation = await self.visit.call("keys.rotate")
        said = tr(
            "The key {key} encrypts now; it wraps {number} secrets anew.", key=rotation.key, number=rotation.rewrapped
        )
        self.told = done(said)

    async def _verify(self, _: Fields) -> None:
        self.verified = NOTHING  # what an earlier look found is nothing where this one fails
        self.verified = whole(await self.visit.call("audit.verify"))


def _ill(text: str) -> Markup:
    return Markup('<div class="done" role="status">{}</div>').format(status("failed", text))
