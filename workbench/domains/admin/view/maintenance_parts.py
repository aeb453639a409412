"""The parts of the maintenance page."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from workbench.domains.admin.schemas import ChoreDone, ChoreView, MaintenanceView
from workbench.domains.secrets.schemas import KeyList, KeyView
from workbench.ui.controls import button
from workbench.ui.formats import DASH, count, duration, size, when
from workbench.ui.parts import Column, Content, State, card, empty, status, table

TIDY, ROTATE, VERIFY = "tidy", "rotate", "verify"
STATES: Final[dict[str, State]] = {"current": "ok", "older": "warning", "missing": "failed"}


def chores(home: MaintenanceView) -> Markup:
    """What the home needs done, what of it is due, and how it went last."""
    columns = (
        Column("Chore", share=52), Column("Due", numeric=True, share=8), Column("Did", numeric=True, share=8),
        Column("Duration", numeric=True, wide=True, share=8), Column("Last time"),
    )  # fmt: skip
    last = {one.name: one for one in home.rounds[0].chores} if home.rounds else {}
    rows = [_chore(chore, last.get(chore.name)) for chore in home.chores]
    began = Markup("last {}").format(when(home.rounds[0].at)) if home.rounds else "not yet done"
    press = button("Tidy now", TIDY, confirm="Do all chores now? Runs and events that are older than they are kept go.")
    return table("Chores", columns, rows, aside=Markup("every hour, {} {}").format(began, press))


def _chore(chore: ChoreView, last: ChoreDone | None) -> tuple[Content, ...]:
    name = chore.name.replace("_", " ").capitalize()
    what = Markup('<span class="name">{}</span><span class="sub">{}</span>').format(name, chore.help)
    if last is None:
        return what, count(chore.due), DASH, DASH, status("off", "not yet")
    went = status("failed", "failed") if last.failed else status("ok", "done")
    return what, count(chore.due), count(last.did), duration(last.seconds), went


def keys(found: KeyList) -> Markup:
    """The keys that encrypt secrets."""
    columns = (Column("Key", share=50), Column("State"), Column("Secrets", numeric=True))
    press = button("Rotate", ROTATE, confirm="Have a new key wrap all secrets? Everybody works on meanwhile.")
    rows = [_key(one) for one in found.items]
    return table("Keys", columns, rows, aside=press, empty=empty("No keys", "One is made with the first secret."))


def _key(one: KeyView) -> tuple[Content, ...]:
    return Markup("<code>{}</code>").format(one.id), status(STATES.get(one.state, "off"), one.state), count(one.secrets)


def trail(verified: Content) -> Markup:
    """Whether the audit trail is whole, once somebody asked."""
    press = button("Verify", VERIFY)
    said = verified or Markup('<span class="muted">{}</span>').format(
        "Each record's hash covers the one before it. Verifying reads them all, and takes a moment."
    )
    return card("Audit trail", Markup("<p>{}</p>").format(said), aside=press)


def backups(home: MaintenanceView) -> Markup:
    """The copies of the metadata database."""
    columns = (Column("File", share=55), Column("Size", numeric=True), Column("Made"))
    rows = [(Markup("<code>{}</code>").format(one.name), size(one.bytes), when(one.made_at)) for one in home.backups]
    aside = Markup("in <code>{}</code>").format(home.folder) if rows else ""
    return table("Backups", columns, rows, aside=aside, empty=NO_BACKUPS)


NO_BACKUPS = empty(
    "No backups yet", "A SQLite database is copied before each upgrade; back PostgreSQL up with its own tools."
)
