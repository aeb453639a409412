"""The parts of the maintenance page."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from workbench.domains.admin.schemas import ChoreDone, ChoreView, MaintenanceView
from workbench.domains.secrets.schemas import KeyList, KeyView
from workbench.ui.controls import button
from workbench.ui.formats import DASH, count, duration, size, when
from workbench.ui.languages import mark, tr
from workbench.ui.parts import Column, Content, State, card, empty, status, table

TIDY, ROTATE, VERIFY = "tidy", "rotate", "verify"
STATES: Final[dict[str, State]] = {mark("current"): "ok", mark("older"): "warning", mark("missing"): "failed"}


def chores(home: MaintenanceView) -> Markup:
    """What the home needs done, what of it is due, and how it went last."""
    columns = (
        Column(tr("Chore"), share=52), Column(tr("Due"), numeric=True, share=8),
        Column(tr("Did"), numeric=True, share=8), Column(tr("Duration"), numeric=True, wide=True, share=8),
        Column(tr("Last time")),
    )  # fmt: skip
    last = {one.name: one for one in home.rounds[0].chores} if home.rounds else {}
    rows = [_chore(chore, last.get(chore.name)) for chore in home.chores]
    said = tr("every hour, not yet done")
    if home.rounds:
        said = tr("every hour, last {ago}", ago=when(home.rounds[0].at))
    question = tr("Do all chores now? Runs and events that are older than they are kept go.")
    press = button(tr("Tidy now"), TIDY, confirm=question)
    return table(tr("Chores"), columns, rows, aside=Markup("{} {}").format(said, press))


def called(chore: str) -> str:
    """A chore in words, as its function names it."""
    return tr(chore.replace("_", " "))


def _chore(chore: ChoreView, last: ChoreDone | None) -> tuple[Content, ...]:
    name = called(chore.name)
    what = Markup('<span class="name">{}</span><span class="sub">{}</span>').format(
        name[:1].upper() + name[1:], tr(chore.help)
    )
    if last is None:
        return what, count(chore.due), DASH, DASH, status("off", tr("not yet"))
    went = status("failed", tr("failed")) if last.failed else status("ok", tr("done"))
    return what, count(chore.due), count(last.did), duration(last.seconds), went


def keys(found: KeyList) -> Markup:
    """The keys that encrypt secrets."""
    columns = (Column(tr("Key"), share=50), Column(tr("State")), Column(tr("Secrets"), numeric=True))
    question = tr("Have a new key wrap all secrets? Everybody works on meanwhile.")
    press = button(tr("Rotate"), ROTATE, confirm=question)
    rows = [_key(one) for one in found.items]
    nothing = empty(tr("No keys"), tr("One is made with the first secret."))
    return table(tr("Keys"), columns, rows, aside=press, empty=nothing)


def _key(one: KeyView) -> tuple[Content, ...]:
    state = status(STATES.get(one.state, "off"), tr(one.state))
    return Markup("<code>{}</code>").format(one.id), state, count(one.secrets)


def trail(verified: Content) -> Markup:
    """Whether the audit trail is whole, once somebody asked."""
    press = button(tr("Verify"), VERIFY)
    said = verified or Markup('<span class="muted">{}</span>').format(
        tr("Each record's hash covers the one before it. Verifying reads them all, and takes a moment.")
    )
    return card(tr("Audit trail"), Markup("<p>{}</p>").format(said), aside=press)


def backups(home: MaintenanceView) -> Markup:
    """The copies of the metadata database."""
    columns = (Column(tr("File"), share=55), Column(tr("Size"), numeric=True), Column(tr("Made")))
    rows = [(Markup("<code>{}</code>").format(one.name), size(one.bytes), when(one.made_at)) for one in home.backups]
    aside = tr("in {folder}", folder=Markup("<code>{}</code>").format(home.folder)) if rows else ""
    nothing = empty(
        tr("No backups yet"),
        tr("A SQLite database is copied before each upgrade; back PostgreSQL up with its own tools."),
    )
    return table(tr("Backups"), columns, rows, aside=aside, empty=nothing)
