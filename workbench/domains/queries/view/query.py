"""SQL over the tables of a workspace: write, run, look."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.values import plain
from workbench.domains.store.schemas import ColumnView, PreviewView, TableView
from workbench.domains.store.view.table_parts import preview
from workbench.ui.formats import count, duration
from workbench.ui.parts import NOTHING, Content, Way, card, empty, join, loading
from workbench.ui.presence import Fields
from workbench.ui.shell import markup, split
from workbench.ui.views import View
from workbench.ui.visit import Visit

MOST_ROWS = 500
MOST_TABLES = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """The first rows of an answer, and how long it took in seconds."""

    rows: PreviewView
    seconds: float
    more: bool


def query(visit: Visit) -> Any:
    """The page of a visit."""
    return Query(visit).start()


class Query(View[list[TableView]]):
    """What one asks, what came of it, and what there is to ask."""

    doing = "the query page"
    fresh = 60.0
    asks: ClassVar = {"sql": "", "from": "0"}

    def __init__(self, visit: Visit) -> None:
        self.editor, self.answer, self.tables = markup(), markup(), markup(loading("Loading the tables."))
        self.answered: Answer | None = None
        super().__init__(visit, split(self.editor, self.tables), self.answer)
        self.draw(self.editor, editor(self.chosen["sql"]))
        self.draw(self.answer, NOTHING_YET)
        self.on("ask", self._ask)

    async def load(self) -> list[TableView]:
        found: list[TableView] = (await self.visit.call("tables.list", limit=MOST_TABLES)).items
        return found

    def show(self, reply: list[TableView]) -> None:
        self.draw(self.tables, there_is(self.visit, reply))
        if self.answered is not None:
            self.draw(self.answer, result(self.answered, self.number("from") or 0))

    async def _ask(self, fields: Fields) -> None:
        sql = fields["sql"]
        self.answered = None
        self.draw(self.answer, loading("Asking.", rows=6))
        try:
            self.answered = await self.visit.in_thread(lambda: ask(self.visit, sql))
        finally:
            self.draw(self.answer, result(self.answered) if self.answered else NOTHING_YET)
        self.choose(sql=sql, **{"from": "0"})


def ask(visit: Visit, sql: str) -> Answer:
    """The first rows of an answer; blocks.

    Raises:
        Invalid: it is no single SELECT, or does not fit the tables.
        TimedOut: it took too long.
    """
    began = time.monotonic()
    found = visit.caller.stream("queries.run", sql=sql, limit=MOST_ROWS + 1).read_all()
    columns = [ColumnView(name=one.name, type=str(one.type)) for one in found.schema]
    kept = found.slice(0, MOST_ROWS)
    rows = [[plain(value) for value in row] for row in zip(*(one.to_pylist() for one in kept.columns), strict=True)]
    view = PreviewView(name="answer", version=0, columns=columns, rows=rows, total=found.num_rows)
    return Answer(view, time.monotonic() - began, found.num_rows > MOST_ROWS)


def editor(sql: str) -> Markup:
    """Where one writes SQL."""
    return card(
        "SQL",
        Markup(
            '<form class="asking"><label class="unseen" for="wb-sql">One SELECT statement</label>'
            '<textarea id="wb-sql" class="sql" name="sql" rows="10" spellcheck="false" required '
            'placeholder="SELECT …">{}</textarea>'
            '<div class="acts"><button type="submit" class="main" data-act="ask">Run</button>'
            '<span class="muted">Ctrl + Enter runs it. DuckDB’s SQL; it can only read.</span></div></form>'
        ).format(sql),
    )


def there_is(visit: Visit, found: list[TableView]) -> Markup:
    """The tables with their columns, to look names up in."""
    if not found:
        nothing = empty("No tables yet", "Run a pipeline that writes one.", Way("Tables", visit.link("tables")))
        return card("Tables", nothing)
    aside: Content = f"the first {MOST_TABLES}" if len(found) == MOST_TABLES else NOTHING
    return card("Tables", join(map(_columns_of, found)), aside=aside)


def _columns_of(one: TableView) -> Markup:
    names = (
        Markup('<li><code>{}</code> <span class="muted">{}</span></li>').format(column.name, column.type)
        for column in one.columns
    )
    return Markup(
        '<details><summary>{} <span class="muted">{} rows</span></summary><ul class="names">{}</ul></details>'
    ).format(one.name, count(one.rows), join(names))


def result(found: Answer, start: int = 0) -> Markup:
    """The rows of an answer, and how long it took."""
    only = f"; only the first {count(MOST_ROWS)} rows are shown" if found.more else ""
    told = f"Answered in {duration(found.seconds)}{only}"
    return Markup('<p class="told" role="status">{}</p>{}').format(told, preview(found.rows, start))


NOTHING_YET = card(
    "Rows", empty("No question yet", "Write a SELECT statement above and run it. The address keeps it, to share.")
)
