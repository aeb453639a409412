"""SQL over the tables of a workspace: write, run, look, draw, save."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.errors import Invalid, WorkbenchError
from workbench.domains.queries.schemas import MOST_ROWS, AskedView, QueryRows, QueryVersionDetail, QueryView
from workbench.domains.queries.schemas.documents import Chart
from workbench.domains.store.schemas import TableView
from workbench.ui.charts import CHARTS_CSS
from workbench.ui.controls import button, link
from workbench.ui.drafts import check_unchanged
from workbench.ui.fields import FIELDS_CSS
from workbench.ui.languages import tr
from workbench.ui.parts import NOTHING, Content, join, loading, status
from workbench.ui.presence import Fields
from workbench.ui.shell import markup, split
from workbench.ui.views import View
from workbench.ui.visit import Visit

from . import forms, results
from .beside import MOST_ASKED, MOST_SAVED, MOST_TABLES, asking, not_yet, there_is

IN_ADDRESS = 4000  # characters of SQL, parameters and values that an address takes along
NO_PARAMETERS = "\n"  # what an address says where a saved query's parameters were taken away
TICK = 0.5  # seconds between two looks at the clock


def query(visit: Visit) -> Any:
    """The page of a visit."""
    return Query(visit).start()


class Query(View[QueryRows | None]):
    """What one asks, what came of it, and what there is to ask. What is written is in the browser until it is sent."""

    doing = "the query page"
    fresh = 3600.0  # nothing changes unless somebody asks
    asks: ClassVar = {"q": "", "version": "", "sql": "", "p": "", "chart": "", "row": "0", "from": "0"}

    def __init__(self, visit: Visit) -> None:
        self.editor, self.tables = markup(css=FIELDS_CSS), markup(loading(tr("Loading the tables.")))
        self.state, self.draws = markup(), markup(css=FIELDS_CSS)
        self.chart, self.answer = markup(css=CHARTS_CSS), markup()
        self.document: dict[str, Any] = {"sql": visit.query.get("sql", "")}
        self.kept: dict[str, Any] = {}
        self.found: list[TableView] = []
        self.saved: list[QueryView] = []
        self.history: list[AskedView] | None = None  # None where it is to be asked for
        self.asked: tuple[dict[str, Any], dict[str, str]] | None = None
        self.answered: QueryRows | None = None
        self.ticket = self.opened = ""
        self.etag, self.drawn, self.unfit = 0, 0, False  # unfit: whether the address says what cannot be
        mine = (name for name in visit.query if name.startswith(forms.VALUE))
        self.asks = type(self).asks | dict.fromkeys(mine, "")  # type: ignore[misc]  # values have names of their own
        super().__init__(visit, split(self.editor, self.tables), self.state, self.draws, self.chart, self.answer)
        self.draw(self.answer, not_yet(""))
        self.on("ask", self._ask)
        self.on("cancel", self._cancel)
        self.on("draw", self._draw)
        self.on("recall", self._recall)
        self.on("forget", self._forget, tr("What you asked is forgotten."))
        self.on("save", self._save, tr("Saved as a new version."))
        self.on("create", self._create, tr("Saved. Publish it on its page to show its rows to others."))

    async def load(self) -> QueryRows | None:
        if not self.opened:
            self.found = (await self.visit.call("tables.list", limit=MOST_TABLES)).items
            await self._open(self.chosen["q"])
            self._ask_what_is_saved()
        if self.history is None:
            self.history = (await self.visit.call("queries.history", limit=MOST_ASKED)).items
        start = results.block_of(self.number("row") or 0)
        if self.answered is not None and self.asked is not None and start != self.answered.start:
            self.answered = await self._piece(start, self.answered.total)
        return self.answered

    async def _piece(self, start: int, total: int | None) -> QueryRows | None:
        """Later rows of the answer; one that fails is told, and asked again by whoever runs it again."""
        assert self.asked is not None
        try:
            found = await self._preview(*self.asked, start=start, count=False)
        except WorkbenchError as error:
            self.draw(self.answer, results.failed(error))
            return None
        return found.model_copy(update={"total": total})

    async def _open(self, name: str) -> None:
        """Take a saved query as it is, or as it was, unless the address brings SQL of its own."""
        self.saved = (await self.visit.call("queries.list", limit=MOST_SAVED, sort="-updated_at")).items
        if name:
            now: QueryView = await self.visit.call("queries.show", id=name)
            number = self.number("version") or now.current_version
            version: QueryVersionDetail = await self.visit.call("queries.show_version", id=name, number=number)
            self.etag = now.etag
            self.kept = version.document.model_dump(mode="json")
        answer = self._bring()
        if not self.opened:
            self.draw(self.answer, answer)
        self.opened = name or "new"
        self.draw(self.editor, self._editor(forms.given(self.chosen, self._names())))

    def _ask_what_is_saved(self) -> None:
        """Show the rows of a saved query at once, where it needs no answers first; of SQL from an address never."""
        values = forms.given(self.chosen, self._names())
        without = [one["name"] for one in self.document.get("parameters", []) if one["default"] is None]
        as_saved = self.kept and forms.asks_the_same(self.document, self.kept) and not self.unfit
        if as_saved and values.keys() >= set(without):
            self._begin("open", self._ask_saved, values, NOTHING)

    async def _ask_saved(self, values: Fields) -> None:
        try:
            await self._answer(self.document, dict(values), keep=False)
        except WorkbenchError as error:
            self.draw(self.answer, results.failed(error))

    def _bring(self) -> Markup:
        """Take along what the address brings of its own; answers what stands where the rows will be."""
        self.document = {"sql": ""} | self.kept | ({"sql": self.chosen["sql"]} if self.chosen["sql"] else {})
        try:
            if self.chosen["p"]:
                self.document["parameters"] = forms.titled(forms.declared(self.chosen["p"]), self.kept)
            if self.chosen["chart"]:
                self.document["chart"] = forms.chart_in(self.chosen["chart"])
        except Invalid as error:
            self.unfit = True
            return results.failed(error)
        return not_yet(self.document["sql"])

    def _names(self) -> list[str]:
        return [one["name"] for one in self.document.get("parameters", [])]

    def show(self, reply: QueryRows | None) -> None:
        name = self.chosen["q"]
        changed = bool(name) and self.document != self.kept
        state = status("warning", tr("not saved")) if changed else NOTHING
        self.draw(self.tables, there_is(self.visit, self.found, self.saved, self.history or [], name))
        its = link(tr("Its page"), self.visit.link("queries", name)) if name else NOTHING
        title = self.document.get("title", name)
        note = Markup('<span class="told">{} {}</span>').format(title, state) if name else NOTHING
        told = self.chosen["sql"] or (name and self.document["sql"] == self.kept["sql"])
        acts = join([note, its, button(tr("Copy link"), "copy") if told else NOTHING])
        self.draw(self.state, Markup('<div class="toolbar">{}</div>').format(acts) if acts else NOTHING)
        if reply is None:
            self._clear()
            return
        chart = Chart.model_validate(self.document["chart"]) if self.document.get("chart") else None
        self.draw(self.draws, forms.chart_form(chart, reply.columns))
        self.draw(self.chart, results.drawn(chart, reply))
        rows = results.grid(reply, self.number("row") or 0, self.number("from") or 0)
        self.draw(self.answer, results.told(reply, self._csv()) + rows)

    def _csv(self) -> Content:
        """A way to take all rows out, as far as an address can say what is asked."""
        if self.asked is None or not self.visit.person.may("data:export"):
            return NOTHING
        document, values = self.asked
        given = {"parameters": json.dumps(document["parameters"]), "values": json.dumps(values)}
        address = self.visit.api("queries/csv", sql=str(document["sql"]), **given)
        return link("CSV", address) if len(address) <= IN_ADDRESS else NOTHING

    def _clear(self) -> None:
        for pane in (self.draws, self.chart):
            self.draw(pane, NOTHING)

    def _editor(self, values: Mapping[str, Any], *, declaring: bool = False) -> Markup:
        """The editor; the number makes it another each time, as what is written in the browser is not known here."""
        self.drawn += 1
        kept = str(self.kept.get("sql", ""))
        form = forms.editor(self.document, values, self.found, kept, declaring=declaring)
        return Markup("<!-- {} -->{}").format(self.drawn, form)

    async def _ask(self, fields: Fields) -> None:
        self.answered = None
        self._clear()
        try:
            document = self._written(fields)
            values = forms.given(fields, [one["name"] for one in document["parameters"]])
            fresh = document["parameters"] != self.document.get("parameters", [])
            self.document = document
            self.chosen |= {"row": "0", "from": "0"}
            self._tell(values)
            await self._answer(document, values, keep=True)
        except WorkbenchError as error:
            undeclared = forms.undeclared(error)
            self.draw(self.answer, results.failed(undeclared or error))
            if undeclared:
                self.draw(self.editor, self._editor(values, declaring=True))
            return
        finally:
            self.history = None  # it is longer now
        if fresh:  # now the fields of its values are known
            self.draw(self.editor, self._editor(values))

    def _tell(self, values: Mapping[str, str]) -> None:
        """Have the address say what is asked, as far as it is not saved and there is room for it."""
        sql, parameters, chart = self.document["sql"], self.document["parameters"], self.document.get("chart")
        lines = forms.lines(parameters) or NO_PARAMETERS
        said = {
            "sql": "" if sql == self.kept.get("sql") else sql,
            "p": "" if parameters == self.kept.get("parameters", []) else lines,
            "chart": "" if chart == self.kept.get("chart") else forms.chart_line(chart),
        } | {forms.VALUE + name: value for name, value in values.items()}  # fmt: skip
        self.asks.update(dict.fromkeys(said, ""))
        chosen, room = {name: "" for name in self.chosen if name.startswith(forms.VALUE)}, IN_ADDRESS
        for name, text in said.items():
            room -= len(text)
            chosen[name] = text if room >= 0 else ""
        self.chosen |= chosen
        self.tell_address()

    async def _answer(self, document: dict[str, Any], values: dict[str, str], *, keep: bool) -> None:
        """Ask for the first rows; the clock and a way to end it stand there meanwhile. `keep` has it among one's own.

        Raises:
            WorkbenchError: there is no answer.
        """
        mine, began = secrets.token_urlsafe(16), time.monotonic()
        await self._end_for(mine)
        task = asyncio.ensure_future(self._preview(document, values, ticket=mine, keep=keep))
        while not task.done():
            if mine == self.ticket:
                self.draw(self.answer, asking(time.monotonic() - began))
            await asyncio.wait({task}, timeout=TICK)
        if mine == self.ticket:
            self.ticket = ""
            self.answered, self.asked = task.result(), (document, values)
        else:
            task.exception()  # is nobody's any more

    async def _end_for(self, ticket: str) -> None:
        """End and forget what is still asked for, as the rows with which the page opened, for what is asked instead."""
        earlier, self.ticket = self.ticket, ticket
        if earlier:
            await self.visit.call("queries.cancel", ticket=earlier)

    async def _preview(self, document: dict[str, Any], values: dict[str, str], **more: Any) -> QueryRows:
        found: QueryRows = await self.visit.call(
            "queries.preview", document=document, values=values, limit=MOST_ROWS, **more
        )
        return found

    async def _cancel(self, _: Fields) -> None:
        await self.visit.call("queries.cancel", ticket=self.ticket)

    async def _recall(self, fields: Fields) -> None:
        """Bring back what one asked, as a query of its own: what is saved under a name is something else."""
        one = next((one for one in self.history or [] if str(one.id) == fields["asked"]), None)
        if one is None:
            return
        await self._end_for("")
        self.document = {"sql": one.sql, "parameters": [it.model_dump(mode="json") for it in one.parameters]}
        self.kept, self.etag, self.answered = {}, 0, None
        self.chosen |= {"q": "", "version": "", "row": "0", "from": "0"}
        self._tell({})
        self.draw(self.editor, self._editor({}))
        self.draw(self.answer, not_yet(one.sql))

    async def _forget(self, _: Fields) -> None:
        await self.visit.call("queries.forget")
        self.history = None

    async def _draw(self, fields: Fields) -> None:
        self.document = self.document | {"chart": forms.chart_of(fields)}
        if self.asked is not None:
            self._tell(self.asked[1])

    async def _save(self, fields: Fields) -> None:
        name = self.chosen["q"]
        check_unchanged(self.etag, (await self.visit.call("queries.show", id=name)).etag)
        await self.visit.call(
            "queries.save", id=name, document=self._written(fields), message=fields.get("message", "")
        )
        await self._saved(name)

    async def _create(self, fields: Fields) -> None:
        if not fields.get("title", "").strip():
            fields = dict(fields) | {"title": forms.UNTITLED}
        made = await self.visit.call(
            "queries.create", document=self._written(fields), message=fields.get("message", "")
        )
        await self._saved(made.name)

    async def _saved(self, name: str) -> None:
        self.chosen |= {"version": "", "sql": "", "p": "", "chart": ""}
        await self._open(name)
        self.choose(q=name)

    def _written(self, fields: Fields) -> dict[str, Any]:
        title = str(self.document.get("title", "")) or forms.UNTITLED
        document = forms.written(fields, self.document.get("chart"), title)
        return document | {"parameters": forms.titled(document["parameters"], self.document)}
