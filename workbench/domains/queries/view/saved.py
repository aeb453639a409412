"""A saved query's page: its rows and its chart with values of one's own, whom it is shown to, and what it was."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from workbench.core.errors import NotFound, WorkbenchError
from workbench.core.people import who
from workbench.core.schemas import Page
from workbench.domains.queries.schemas import MOST_ROWS, QueryRows, QueryVersionView, ShownQuery
from workbench.ui import audience
from workbench.ui.charts import CHARTS_CSS
from workbench.ui.controls import button, code, link, pager
from workbench.ui.fields import FIELDS_CSS
from workbench.ui.formats import when
from workbench.ui.freshness import as_of
from workbench.ui.languages import mark, tr
from workbench.ui.parts import NOTHING, Column, Content, card, empty, join, loading, status, table
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

from . import forms, results

OLDER, LISTED = "older", 20  # what the address calls the place in the versions, and how many are listed


@dataclass(frozen=True, slots=True)
class Seen:
    """A query, the rows that it answers or why it does not, and what it was."""

    query: ShownQuery
    rows: QueryRows | WorkbenchError | None
    versions: Page[QueryVersionView]


def saved(visit: Visit) -> Any:
    """The page of a visit."""
    return SavedPage(visit).start()


class SavedPage(View[Seen | NotFound]):
    """The parts of the page; its address says with which values it is asked.

    Rows are asked for again when a table that they are read from has a new version.
    """

    doing = "a saved query's page"
    fresh = 5.0

    def __init__(self, visit: Visit) -> None:
        mine = (name for name in visit.query if name.startswith(forms.VALUE))
        self.asks = dict.fromkeys([*mine, "row", "from", OLDER], "")  # type: ignore[misc]  # each has parameters of its own
        self.about, self.values = markup(loading(tr("Loading the query."))), markup(css=FIELDS_CSS)
        self.chart, self.answer, self.history = markup(css=CHARTS_CSS), markup(), markup()
        self._last: tuple[object, QueryRows] | None = None
        self._versions: Page[QueryVersionView] = Page(items=[])
        self._known: object = None  # of what these are the versions: the query's etag, and where they begin
        self.newest: int | None = None  # as it was looked at: what somebody saves meanwhile is not published
        super().__init__(visit, self.about, self.values, self.chart, self.answer, self.history)
        self.on("ask", self._ask)
        self.on("restore", self._restore, tr("The earlier version is the newest again."))
        self.on("publish", self._publish, tr("It is published."))
        self.on("unpublish", self._unpublish, tr("Its audience sees it no longer."))
        self.on("unshare", self._unshare, tr("They see it no longer."))
        self.on("report", self._report, tr("The owner of the query was told."))
        self.on("request", self._request, tr("If there is such a query, its owner was asked."))
        self.on("archive", self._archive)
        self.on("unarchive", self._unarchive, tr("It is in use again."))

    async def load(self) -> Seen | NotFound:
        name = self.visit.subject
        try:
            query: ShownQuery = await self.visit.call("queries.show", id=name)
        except NotFound as error:
            return error
        rows: QueryRows | WorkbenchError | None = None
        if query.may_ask:
            try:
                rows = await self._rows(query)
            except WorkbenchError as error:
                rows = error
        older = self.chosen[OLDER]
        if query.may_edit and self._known != (asked := (query.etag, older)):
            self._versions = await self.visit.call("queries.versions", id=name, limit=LISTED, cursor=older or None)
            self._known = asked
        return Seen(query, rows, self._versions)

    async def _rows(self, query: ShownQuery) -> QueryRows:
        start = results.block_of(self.number("row") or 0)
        values = self._values(query)
        asked = (query.etag, query.number, query.stamp, tuple(values.items()))
        if self._last is None or self._last[0] != asked:
            found = await self._data(query, values, start, count=True)
        elif self._last[1].start != start:
            found = await self._data(query, values, start, count=False)
            found = found.model_copy(update={"total": self._last[1].total})
        else:
            return self._last[1]
        self._last = asked, found
        return found

    async def _data(self, query: ShownQuery, values: dict[str, str], start: int, *, count: bool) -> QueryRows:
        asked = {"version": query.number, "values": values, "start": start, "limit": MOST_ROWS, "count": count}
        found: QueryRows = await self.visit.call("queries.data", id=self.visit.subject, **asked)
        return found

    def _values(self, query: ShownQuery) -> dict[str, str]:
        return forms.given(self.chosen, [one.name for one in query.parameters])

    def show(self, reply: Seen | NotFound) -> None:
        if isinstance(reply, NotFound):
            self._show_none(reply)
            return
        query = reply.query
        self.newest = query.current_version
        state = status("waiting", tr("not published"))
        if query.published:
            state = status("ok", tr("v{number} published", number=query.published))
        self.title(Markup("{} {}").format(query.title, state), self._acts(query))
        about = Markup("<p>{}</p>").format(query.description) if query.description else NOTHING
        its = Markup("<details><summary>SQL</summary>{}</details>").format(code(query.sql, "SQL")) if query.sql else ""
        to = audience.shown_to(query.audience, published=query.published is not None, may_share=query.may_share)
        parts = [part for part in (about, to if query.may_edit else NOTHING, its) if part]
        self.draw(self.about, card(tr("About"), join(parts)) if parts else NOTHING)
        self.draw(self.values, self._form(query))
        rows = reply.rows
        self.draw(self.chart, results.drawn(query.chart, rows) if isinstance(rows, QueryRows) else NOTHING)
        self.draw(self.answer, self._answer(rows))
        self.draw(self.history, _history(reply, self.chosen[OLDER]) if reply.versions.items else NOTHING)

    def _show_none(self, why: NotFound) -> None:
        archived, may = why.code == "query_archived", self.visit.person.may("queries:write")
        self.title(tr("Archived query") if archived else tr("No such query"))
        for pane in (self.values, self.chart, self.answer, self.history):
            self.draw(pane, NOTHING)
        away = audience.away(why.detail, why.fix, may_bring_back=may)
        self.draw(self.about, away if archived else audience.absent(mark("query")))

    def _answer(self, rows: QueryRows | WorkbenchError | None) -> Content:
        if rows is None:
            why = tr("Only who may run SQL gets the rows of a query before it is published.")
            return card(tr("Rows"), empty(tr("Not published yet"), why))
        if isinstance(rows, WorkbenchError):
            return results.failed(rows)
        return results.told(rows) + results.grid(rows, self.number("row") or 0, self.number("from") or 0)

    def _form(self, query: ShownQuery) -> Content:
        if not query.parameters or not query.may_ask:
            return NOTHING
        fields = forms.value_fields(query.parameters, self._values(query))
        form = Markup('<form class="asking" aria-label="{}">{}<div class="acts">{}</div></form>').format(
            tr("Values"), fields, button(tr("Run", context="verb"), "ask", tone="main")
        )
        return card(tr("Values"), form)

    def _acts(self, query: ShownQuery) -> Content:
        fresh = as_of(self.visit, query.as_of, query.run_id, query.at, late=query.late)
        acts: list[Content] = [fresh, button(tr("Copy link"), "copy")]
        if query.may_export:
            values = json.dumps(self._values(query))
            path = f"saved-queries/{query.name}/csv"
            acts.append(link("CSV", self.visit.api(path, values=values, version=str(query.number))))
        acts.append(audience.report(tr("It lacks the flights of May.")))
        if query.may_edit:
            if self.visit.has("query"):
                acts.append(link(tr("Edit"), self.visit.link("query", q=query.name)))
            ask = tr("Put it away? The list of archived queries brings it back.")
            acts.append(button(tr("Archive"), "archive", confirm=ask))
        if query.may_edit and self.visit.person.may("queries:publish"):
            acts.append(audience.publish(tr("Publish the newest version")))
            if query.published:
                acts.append(button(tr("Unpublish"), "unpublish"))
        return join(acts)

    async def _ask(self, fields: Fields) -> None:
        given = {name: value for name, value in fields.items() if name.startswith(forms.VALUE)}
        self.asks.update(dict.fromkeys(given, ""))
        self._last = None
        self.choose(**given, row="", **{"from": ""})

    async def _restore(self, fields: Fields) -> None:
        await self.visit.call("queries.restore", id=self.visit.subject, version=int(fields["version"]))
        self.choose(**{OLDER: ""})

    async def _publish(self, fields: Fields) -> None:
        to = audience.published(fields)
        await self.visit.call("queries.publish", id=self.visit.subject, version=self.newest, **to)

    async def _unshare(self, fields: Fields) -> None:
        await self.visit.call("shares.revoke", id=fields["share"])

    async def _report(self, fields: Fields) -> None:
        await self.visit.call("queries.report_problem", id=self.visit.subject, text=fields.get("text", ""))

    async def _request(self, fields: Fields) -> None:
        await self.visit.call("queries.request_access", id=self.visit.subject, message=fields.get("text", ""))

    async def _unpublish(self, _: Fields) -> None:
        await self.visit.call("queries.unpublish", id=self.visit.subject)

    async def _archive(self, _: Fields) -> None:
        await self.visit.call("queries.archive", id=self.visit.subject)
        self.presence.go(self.visit.link("queries"))

    async def _unarchive(self, _: Fields) -> None:
        await self.visit.call("queries.unarchive", id=self.visit.subject)


def _history(reply: Seen, cursor: str) -> Markup:
    query = reply.query
    columns = (
        Column(tr("Version"), share=12), Column(tr("By"), share=22), Column(tr("When"), share=16),
        Column(tr("Published"), share=16), Column(tr("Note"), wide=True), Column("", share=14, acts=True),
    )  # fmt: skip

    def row(one: QueryVersionView) -> tuple[Content, ...]:
        public = status("ok", tr("published")) if one.number == query.published else when(one.published_at)
        back = NOTHING if one.number == query.current_version else button(
            tr("Restore"), "restore", name="version", value=str(one.number),
            confirm=tr(
                "Make version {number} the newest again? It becomes a new version; none is lost.", number=one.number
            ),
        )  # fmt: skip
        return f"v{one.number}", who(one.author), when(one.created_at), public, one.message, back

    return table(tr("Versions"), columns, map(row, reply.versions.items)) + pager(cursor, reply.versions.next, OLDER)
