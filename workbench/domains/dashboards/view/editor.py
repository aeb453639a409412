"""The page on which a dashboard is made: cards added, moved and set, tried on the real tables, saved as versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.errors import WorkbenchError
from workbench.core.naming import MANY
from workbench.core.people import who
from workbench.core.schemas import Page
from workbench.domains.dashboards.schemas import BoardVersionView, DashboardData, ShownDashboard
from workbench.domains.dashboards.schemas.documents import Card, Document
from workbench.ui import audience
from workbench.ui.charts import CHARTS_CSS
from workbench.ui.controls import button, link, pager
from workbench.ui.drafts import Draft
from workbench.ui.fields import FIELDS_CSS, pick_field
from workbench.ui.formats import when
from workbench.ui.languages import tr
from workbench.ui.parts import NOTHING, Column, Content, empty, join, loading, status, table
from workbench.ui.presence import Fields
from workbench.ui.shell import editing, join_columns, markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

from . import drafts, handles, settings
from .board import shown_to
from .cards import board_of

LISTED = 20
NO_VALUES: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Tried:
    """A dashboard, what its draft would show, and what it was."""

    board: ShownDashboard
    data: DashboardData
    versions: Page[BoardVersionView]


def editor(visit: Visit) -> Any:
    """The page of a visit."""
    return EditorPage(visit).start()


class EditorPage(View[Tried]):
    """The parts of the page; the draft is this visit's own until it is saved."""

    doing = "making a dashboard"
    fresh = 3600.0  # nothing changes unless somebody does it here
    asks: ClassVar = {"cursor": ""}

    def __init__(self, visit: Visit) -> None:
        self.draft: Draft[Document] = Draft()
        self.selected = self._opened = ""
        self.tables: dict[str, dict[str, str]] = {}
        self.sources: dict[str, str] = {}
        self.tools, self.form = markup(), markup(css=FIELDS_CSS)
        self.cards, self.history = markup(loading(tr("Loading the dashboard."), rows=8), css=CHARTS_CSS), markup()
        self.around = editing(self.cards, self.form)
        super().__init__(visit, self.tools, self.around, self.history)
        for act, do in {
            "add": self._add, "move": self._move, "size": self._size, "drag": self._drag, "edit": self._edit,
            "remove": self._remove, "apply": self._apply, "close": self._close, "describe": self._describe,
            "undo": self._undo,
        }.items():  # fmt: skip
            self.on(act, do)
        self.on("save", self._save, tr("Saved as a new version; publish it to show it to people."))
        self.on("restore", self._restore, tr("The earlier version is the newest again."))
        self.on("publish", self._publish, tr("It is published."))
        self.on("unshare", self._unshare, tr("They see it no longer."))

    async def load(self) -> Tried:
        name = self.visit.subject
        board: ShownDashboard = await self.visit.call("dashboards.show", id=name)
        if not self.draft.begun:
            found = await self.visit.call("dashboards.show_version", id=name, number=board.current_version)
            self.draft.begin(drafts.laid_out(found.document), board.etag)
            listed = await self.visit.call("tables.list", limit=MANY)
            saved = await self.visit.call("queries.list", limit=MANY)
            self.tables = {one.name: _types(one.columns) for one in listed.items}
            queries = {f"{drafts.QUERY}{one.name}": one.title for one in saved.items}
            self.sources = {name: drafts.called(name) for name in self.tables}
            self.sources |= {name: drafts.called(name, title) for name, title in queries.items()}
        card = self.draft.now.card(self.selected)
        if card is not None and card.kind != "text":
            await self._look(drafts.named(card.source), card.source.version, card.source.values)
        data = await self.visit.call("dashboards.preview", document=self._written())
        cursor = self.chosen["cursor"] or None
        versions = await self.visit.call("dashboards.versions", id=name, limit=LISTED, cursor=cursor)
        return Tried(board, data, versions)

    def show(self, reply: Tried) -> None:
        draft = self.draft.now
        self.title(Markup("{} {}").format(draft.title, self.draft.state), self._acts(reply.board))
        self.draw(self.tools, self._tools() + shown_to(reply.board))
        card = draft.card(self.selected)
        self.draw(self.form, self._form(card) if card is not None else NOTHING)
        join_columns(card is None, self.around)
        shown = reply.board.model_copy(update={"document": draft, "may_export": False})
        nothing = empty(tr("No cards yet"), tr("Choose a kind of card and a table or saved query above, and add it."))
        cards = board_of(self.visit, shown, reply.data, {}, self._handles) if draft.cards else nothing
        self.draw(self.cards, cards)
        if self._opened != self.selected:
            self._lead()
        listed = _versions(reply.versions.items, reply.board)
        self.draw(self.history, listed + pager(self.chosen["cursor"], reply.versions.next))

    async def _look(self, name: str, version: int | None = None, values: Mapping[str, Any] = NO_VALUES) -> None:
        """Find out which columns a source has that were not listed; where it does not answer, its card says why."""
        if name.startswith(drafts.QUERY):
            asked = {"id": name.removeprefix(drafts.QUERY), "version": version, "values": dict(values)}
            with suppress(WorkbenchError):
                found = await self.visit.call("queries.data", **asked, limit=1, count=False)
                self.tables[name] = _types(found.columns)
        elif name and name not in self.tables:
            with suppress(WorkbenchError):
                self.tables[name] = _types((await self.visit.call("tables.show", name=name)).columns)

    def _lead(self) -> None:
        """Bring the card that is set into sight and go on in its form; where that was closed, at what opens it."""
        opened, self._opened = self._opened, self.selected
        edits = handles.edit_id(self.selected or opened)
        self.presence.lead(edits, focus=settings.form_id(self.selected) if self.selected else edits)

    def _handles(self, card: Card) -> tuple[Markup, Markup]:
        return handles.of_card(card, chosen=card.id == self.selected)

    def _written(self) -> dict[str, Any]:
        return self.draft.now.model_dump(mode="json")

    async def _add(self, fields: Fields) -> None:
        name = fields.get("source", "")
        await self._look(name)
        columns, saved = self.tables.get(name, {}), None
        if name.startswith(drafts.QUERY):
            saved = await self.visit.call("queries.show", id=name.removeprefix(drafts.QUERY))
        draft, self.selected = drafts.added(self.draft.now, fields.get("kind", ""), name, columns, saved)
        self.draft.change(draft)

    async def _move(self, fields: Fields) -> None:
        name, way = _aim(fields)
        self.draft.change(drafts.moved(self.draft.now, name, *handles.STEPS.get(way, (0, 0))))

    async def _size(self, fields: Fields) -> None:
        name, way = _aim(fields)
        self.draft.change(drafts.resized(self.draft.now, name, *handles.SIZES.get(way, (0, 0))))

    async def _drag(self, fields: Fields) -> None:
        change = drafts.resized if fields.get("how") == "size" else drafts.moved
        self.draft.change(change(self.draft.now, fields.get("card", ""), int(fields["across"]), int(fields["down"])))

    async def _edit(self, fields: Fields) -> None:
        self.selected = fields.get("card", "")

    async def _close(self, _: Fields) -> None:
        self.selected = ""

    async def _remove(self, fields: Fields) -> None:
        self.draft.change(drafts.removed(self.draft.now, fields.get("card", "")))

    async def _apply(self, fields: Fields) -> None:
        card = self.draft.now.card(fields.get("card", ""))
        if card is not None:
            self.draft.change(drafts.replaced(self.draft.now, drafts.card_of(settings.filled_in(card, fields))))

    async def _describe(self, fields: Fields) -> None:
        self.draft.change(drafts.described(self.draft.now, fields))

    async def _undo(self, _: Fields) -> None:
        self.draft.undo()

    async def _save(self, fields: Fields) -> None:
        await self._check_unchanged()
        given = {"document": self._written(), "message": fields.get("message", "")}
        made = await self.visit.call("dashboards.save", id=self.visit.subject, **given)
        self.draft.keep(made.etag)

    async def _restore(self, fields: Fields) -> None:
        await self._check_unchanged()
        await self.visit.call("dashboards.restore", id=self.visit.subject, version=int(fields["version"]))
        self.draft.drop()
        self.selected = ""
        self.choose(cursor="")

    async def _publish(self, fields: Fields) -> None:
        await self._check_unchanged()
        made = await self.visit.call("dashboards.publish", id=self.visit.subject, **audience.published(fields))
        board = await self.visit.call("dashboards.show", id=made.dashboard)
        self.draft.seen(board.etag)

    async def _unshare(self, fields: Fields) -> None:
        await self.visit.call("shares.revoke", id=fields["share"])

    async def _check_unchanged(self) -> None:
        board: ShownDashboard = await self.visit.call("dashboards.show", id=self.visit.subject)
        self.draft.check(board.etag)

    def _acts(self, board: ShownDashboard) -> Content:
        save = Markup(
            '<form class="acts" data-awaits><label class="control"><span class="unseen">{0}</span>'
            '<input name="message" maxlength="500" placeholder="{0}"></label>{1}</form>'
        ).format(tr("What changed"), button(tr("Save version"), "save", tone="main"))
        undo = button(tr("Undo"), "undo") if self.draft.can_undo else NOTHING
        may = self.visit.person.may("dashboards:publish")
        publish = audience.publish(tr("Publish the newest saved version")) if may else NOTHING
        return join([link(tr("View"), self.visit.link("d", board.name)), undo, save, publish])

    def _tools(self) -> Markup:
        kinds = join(
            Markup('<option value="{}">{}</option>').format(kind, tr(word)) for kind, word in drafts.KINDS.items()
        )
        return Markup(
            '<div class="toolbar"><form class="toolbar" aria-label="{}">'
            '<label class="control"><span>{}</span><select name="kind">{}</select></label>{}{}</form>{}</div>'
        ).format(
            tr("Add a card"), tr("Card"), kinds, pick_field(tr("over"), "source", self.sources),
            button(tr("Add card"), "add", **handles.asks()), settings.about(self.draft.now),
        )  # fmt: skip

    def _form(self, card: Card) -> Markup:
        columns = self.tables.get(drafts.named(card.source), {}) if card.kind != "text" else {}
        form = settings.form(card, columns, self.sources)
        return Markup('<section class="card" aria-label="{}">{}{}</section>').format(
            tr("Settings of a card"), form, handles.placing(card)
        )


def _types(columns: Sequence[Any]) -> dict[str, str]:
    return {column.name: column.type for column in columns}


def _aim(fields: Fields) -> tuple[str, str]:
    """The card and the way that a button names."""
    name, _, way = fields.get("card", "").rpartition(":")
    return name, way


def _versions(found: Sequence[BoardVersionView], board: ShownDashboard) -> Markup:
    columns = (
        Column(tr("Version")), Column(tr("By")), Column(tr("When")), Column(tr("Note"), wide=True),
        Column(tr("Restore"), acts=True),
    )  # fmt: skip
    return table(tr("Versions"), columns, [_version(one, board) for one in found])


def _version(one: BoardVersionView, board: ShownDashboard) -> tuple[Content, ...]:
    published = status("ok", tr("published")) if one.number == board.published else NOTHING
    label = Markup('{}<span class="unseen"> {}</span>').format(tr("Restore"), tr("version {number}", number=one.number))
    back = NOTHING if one.number == board.current_version else button(
        label, "restore", name="version", value=str(one.number), confirm=tr("Drop what is not saved, and go back?")
    )  # fmt: skip
    return Markup("v{} {}").format(one.number, published), who(one.author), when(one.created_at), one.message, back
