"""A mapping's page: what it makes of which columns, changed step by step, tried on the source, saved as versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.errors import WorkbenchError
from workbench.core.naming import MANY
from workbench.core.schemas import Page
from workbench.domains.mappings.schemas import (
    MappingPreview,
    MappingVersionView,
    ShownMapping,
    SourceColumn,
    Suggestion,
)
from workbench.domains.mappings.schemas.documents import TYPES, Document
from workbench.ui.controls import button, pager
from workbench.ui.drafts import Draft
from workbench.ui.fields import FIELDS_CSS, text_field
from workbench.ui.languages import tr
from workbench.ui.pairing import PAIRING_CSS
from workbench.ui.parts import NOTHING, Content, join, loading, problem, status
from workbench.ui.presence import Fields
from workbench.ui.shell import join_columns, markup, split
from workbench.ui.views import View
from workbench.ui.visit import Failure, Visit

from . import drafts, parts
from .settings import settings
from .sources import check_source

LISTED = 20
WRITE = "mappings:write"
FORM_CSS = FIELDS_CSS + PAIRING_CSS


@dataclass(frozen=True, slots=True)
class Tried:
    """A mapping, the document that is looked at, what came of trying it, what is suggested, and what it was."""

    mapping: ShownMapping
    document: Document
    number: int
    edits: bool
    preview: MappingPreview | None
    failure: Failure | None
    versions: Page[MappingVersionView]


def mapping(visit: Visit) -> Any:
    """The page of a visit."""
    return MappingPage(visit).start()


class MappingPage(View[Tried]):
    """The parts of the page; the draft is this visit's own until it is saved."""

    doing = "a mapping's page"
    fresh = 3600.0  # nothing changes unless somebody does it here
    asks: ClassVar = {"column": "", "way": "", "version": "", "older": ""}

    def __init__(self, visit: Visit) -> None:
        self.draft: Draft[Document] = Draft()
        self.rejected: set[tuple[str, str]] = set()
        self._kept = ""  # the preference in which they are kept
        self.suggested: list[Suggestion] = []
        self.tables: list[str] = []
        self._tried: tuple[Document, MappingPreview | Failure] | None = None
        self._asked: object = None
        self.tools, self.form, self.odd = markup(css=PAIRING_CSS), markup(css=FORM_CSS), markup(css=PAIRING_CSS)
        self.map = markup(loading(tr("Loading the mapping."), rows=8), css=PAIRING_CSS)
        self.proposals, self.rows, self.history = markup(), markup(), markup()
        self.around = split(self.map, self.form)
        super().__init__(visit, self.tools, self.around, self.odd, self.proposals, self.rows, self.history)
        for act, do in {
            "apply": self._apply, "clear": self._clear, "column": self._column, "remove": self._remove,
            "add": self._add, "take": self._take, "ends": self._ends, "accept": self._accept,
            "accept_sure": self._accept_sure, "reject": self._reject, "undo": self._undo,
        }.items():  # fmt: skip
            self.on(act, do)
        self.on("archive", self._archive)
        self.on("unarchive", self._unarchive, tr("It is in use again."))
        self.on("save", self._save, tr("Saved as a new version; pipelines that call it use it from now on."))
        self.on("restore", self._restore, tr("The earlier version is the newest again."))

    async def load(self) -> Tried:
        name = self.visit.subject
        found: ShownMapping = await self.visit.call("mappings.show", id=name)
        document, number = found.document, self.number("version") or found.current_version
        edits = found.may_edit and number == found.current_version
        if number != found.current_version:
            document = (await self.visit.call("mappings.show_version", id=name, number=number)).document
        elif edits:
            if not self.draft.begun:
                self.draft.begin(document, found.etag)
                self._kept = f"rejected.{found.id}"
                self.rejected = await self._rejected()
                self.tables = [one.name for one in (await self.visit.call("tables.list", limit=MANY)).items]
            document = self.draft.now
        tried = await self._try(document) if self.visit.person.may(WRITE) else None
        if edits:
            await self._suggest(document)
        older = self.chosen["older"] or None
        versions = await self.visit.call("mappings.versions", id=name, limit=LISTED, cursor=older)
        preview, failure = (None, tried) if isinstance(tried, Failure) else (tried, None)
        return Tried(found, document, number, edits, preview, failure, versions)

    def show(self, reply: Tried) -> None:
        document, tried, edits = reply.document, reply.preview, reply.edits
        chosen = self.chosen["column"] if edits else ""
        states = {state.name: state for state in tried.targets} if tried else {}
        proposed = self._proposed(document) if edits else []
        self.title(Markup("{} {}").format(document.title, self._state(reply)), self._acts(reply))
        self.draw(self.tools, self._tools(document) if edits else NOTHING)
        self.draw(self.map, parts.overview(document, tried, proposed, chosen, edits=edits))
        columns = tried.columns if tried else []
        side = settings(document, chosen, self.chosen["way"], columns, states.get(chosen)) if edits else NOTHING
        self.draw(self.form, side)
        join_columns(not edits, self.around)
        self.draw(self.odd, _standing_out(reply))
        self.draw(self.proposals, parts.suggestions(proposed) if edits else parts.rules(document, states))
        self.draw(self.rows, parts.preview(tried) if tried else NOTHING)
        current, may = reply.mapping.current_version, reply.mapping.may_edit
        history = parts.history(reply.versions.items, reply.number, current, edits=may)
        self.draw(self.history, history + pager(self.chosen["older"], reply.versions.next, "older"))

    def choose(self, **chosen: str) -> None:
        """Look at another column as it is made, not in the way that was looked at last."""
        super().choose(**({"way": ""} | chosen if "column" in chosen else chosen))

    async def _try(self, document: Document) -> MappingPreview | Failure:
        """What a document makes of its source; asked once for each document, and told where it cannot be had."""
        if self._tried is None or self._tried[0] != document or isinstance(self._tried[1], Failure):
            try:
                found = await self.visit.call("mappings.preview", document=document.model_dump(mode="json"))
            except WorkbenchError as error:
                found = Failure.of(error, self.doing)
            self._tried = document, found
        return self._tried[1]

    async def _suggest(self, document: Document) -> None:
        """Ask for suggestions where the ends or the target's columns are others than before, and can be looked at."""
        asked = document.source, document.target, [(column.name, column.type) for column in document.columns]
        if self._asked == asked or not (self._tried and isinstance(self._tried[1], MappingPreview)):
            return
        self._asked, self.suggested = asked, []
        if document.columns:
            try:
                found = await self.visit.call("mappings.suggest", document=document.model_dump(mode="json"))
            except WorkbenchError as error:  # one maps without suggestions too
                Failure.of(error, "suggesting columns")
            else:
                self.suggested = found.items

    async def _rejected(self) -> set[tuple[str, str]]:
        """What one has rejected here before: pairs of a target and a source column."""
        kept = (await self.visit.call("preferences.show", prefix=self._kept)).values.get(self._kept)
        return {(str(target), str(column)) for target, column in kept} if isinstance(kept, list) else set()

    def _proposed(self, document: Document) -> list[Suggestion]:
        """Suggestions for columns that nothing makes and that nobody rejected."""
        return [
            one
            for one in self.suggested
            if document.rule(one.target) is None and (one.target, one.column) not in self.rejected
        ]

    async def _apply(self, fields: Fields) -> None:
        target = fields.get("target", "")
        self.draft.change(drafts.with_rule(self.draft.now, target, fields.get("way", ""), fields))

    async def _clear(self, fields: Fields) -> None:
        self.draft.change(drafts.without_rule(self.draft.now, fields.get("target", "")))

    async def _column(self, fields: Fields) -> None:
        self.draft.change(drafts.with_column(self.draft.now, fields.get("column", ""), fields))
        self.choose(column=fields.get("name", "").strip())

    async def _remove(self, fields: Fields) -> None:
        self.draft.change(drafts.without_column(self.draft.now, fields.get("column", "")))

    async def _add(self, fields: Fields) -> None:
        name = fields.get("name", "")
        self.draft.change(drafts.with_columns(self.draft.now, [SourceColumn(name=name, type=fields.get("type", ""))]))
        self.choose(column=name.strip())

    async def _take(self, fields: Fields) -> None:
        found = self._tried[1] if self._tried else None
        if isinstance(found, MappingPreview):
            more = found.columns if fields.get("from") == "source" else found.new_in_target
            self.draft.change(drafts.with_columns(self.draft.now, [one for one in more if drafts.can_be(one)]))

    async def _ends(self, fields: Fields) -> None:
        moved = drafts.moved_ends(self.draft.now, fields)
        if moved.source != self.draft.now.source:
            await check_source(self.visit, moved)
        self.draft.change(moved)

    async def _accept(self, fields: Fields) -> None:
        self._take_in([one for one in self._proposed(self.draft.now) if one.target == fields.get("target")])

    async def _accept_sure(self, _: Fields) -> None:
        self._take_in([one for one in self._proposed(self.draft.now) if one.confidence >= parts.SURE])

    def _take_in(self, some: list[Suggestion]) -> None:
        self.draft.change(drafts.accepted(self.draft.now, some))

    async def _reject(self, fields: Fields) -> None:
        self.rejected |= {(one.target, one.column) for one in self.suggested if one.target == fields.get("target")}
        await self.visit.call("preferences.set", name=self._kept, value=sorted(map(list, self.rejected)))

    async def _undo(self, _: Fields) -> None:
        self.draft.undo()

    async def _save(self, fields: Fields) -> None:
        await self._check_unchanged()
        given = {"document": self.draft.now.model_dump(mode="json"), "message": fields.get("message", "")}
        made = await self.visit.call("mappings.save", id=self.visit.subject, **given)
        self.draft.keep(made.etag)

    async def _restore(self, fields: Fields) -> None:
        if self.draft.begun:
            await self._check_unchanged()
        await self.visit.call("mappings.restore", id=self.visit.subject, version=int(fields["version"]))
        self.draft.drop()
        self.choose(version="", older="")

    async def _archive(self, _: Fields) -> None:
        await self.visit.call("mappings.archive", id=self.visit.subject)
        self.presence.go(self.visit.link("mappings"))

    async def _unarchive(self, _: Fields) -> None:
        await self.visit.call("mappings.unarchive", id=self.visit.subject)

    async def _check_unchanged(self) -> None:
        found: ShownMapping = await self.visit.call("mappings.show", id=self.visit.subject)
        self.draft.check(found.etag)

    def _state(self, reply: Tried) -> Content:
        if reply.edits:
            return self.draft.state
        old = reply.number != reply.mapping.current_version
        return status("waiting", tr("version {number}", number=reply.number)) if old else NOTHING

    def _acts(self, reply: Tried) -> Content:
        if reply.mapping.archived_at is not None:
            back = button(tr("Bring back"), "unarchive") if self.visit.person.may(WRITE) else NOTHING
            return join([status("off", tr("archived")), back])
        if not reply.edits:
            return NOTHING
        undo = button(tr("Undo"), "undo") if self.draft.can_undo else NOTHING
        save = Markup(
            '<form class="acts" data-awaits><label class="control"><span class="unseen">{0}</span>'
            '<input name="message" maxlength="500" placeholder="{0}"></label>{1}</form>'
        ).format(tr("What changed"), button(tr("Save version"), "save", tone="main"))
        ask = tr("Put it away? The list of archived mappings brings it back; what is not saved is lost.")
        return join([undo, save, button(tr("Archive"), "archive", confirm=ask)])

    def _tools(self, document: Document) -> Content:
        add = Markup('<form class="toolbar" aria-label="{}">{}{}{}</form>').format(
            tr("Add a target column"), text_field(tr("Target column"), "name"),
            text_field(tr("of type"), "type", "VARCHAR", among=TYPES), button(tr("Add column"), "add"),
        )  # fmt: skip
        source = text_field(tr("Source"), "source", document.source, among=self.tables)
        target = text_field(tr("Target table"), "target", document.target or "", required=False, among=self.tables)
        ends = Markup(
            '<details class="tell"><summary>{0}</summary><form aria-label="{0}">{1}{2}{3}{4}</form></details>'
        ).format(
            tr("Source and target"), text_field(tr("Title"), "title", document.title), source, target,
            button(tr("Change"), "ends", tone="main"),
        )  # fmt: skip
        return Markup('<div class="toolbar">{}{}</div>').format(add, ends)


def _standing_out(reply: Tried) -> Content:
    """What is odd about the columns, or why nobody can tell."""
    if reply.failure is not None:
        failure = reply.failure
        return problem(tr("This cannot be tried on its source"), failure.detail, failure.fix, failure.correlation_id)
    return parts.attention(reply.preview, edits=reply.edits) if reply.preview and reply.document.columns else NOTHING
