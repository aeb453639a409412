"""The tables that a run wrote: some rows of each, and what it changed."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from workbench.core.errors import WorkbenchError
from workbench.domains.runs.schemas import RunView, TableUse
from workbench.domains.store.schemas import PreviewView, VersionView
from workbench.domains.store.view.table_parts import is_number
from workbench.ui.formats import count, plural
from workbench.ui.languages import mark, tr
from workbench.ui.parts import NOTHING, Column, Content, card, empty, join, stacked, table, value
from workbench.ui.visit import Visit

from .words import ACTIVE

TABLES, ROWS, COLUMNS, VALUE = 8, 8, 12, 80


@dataclass(frozen=True, slots=True)
class Written:
    """A table as a run left it, and as it was before; why it cannot be shown where it cannot."""

    use: TableUse
    preview: PreviewView | None = None
    after: VersionView | None = None
    before: VersionView | None = None
    refusal: str = ""


async def load_written(visit: Visit, run: RunView) -> list[Written]:
    """What the run wrote, as far as there is a version of it."""
    return [await _load(visit, use) for use in run.tables_written[:TABLES] if use.version is not None]


async def _load(visit: Visit, use: TableUse) -> Written:
    try:
        preview = await visit.call("tables.preview", name=use.name, version=use.version, limit=ROWS)
        versions = (await visit.call("tables.versions", name=use.name, upto=use.version, limit=2)).items
    except WorkbenchError as error:
        return Written(use, refusal=error.detail)
    by_number = {one.version: one for one in versions}
    assert use.version is not None
    return Written(use, preview, by_number.get(use.version), by_number.get(use.version - 1))


def written_tables(visit: Visit, run: RunView, written: list[Written]) -> Markup:
    """A card for each table: what changed, and some rows."""
    return stacked(*(_card(visit, one) for one in written)) if written else nothing_written(run)


def nothing_written(run: RunView) -> Markup:
    """What is shown in the place of the tables of a run that wrote none, or none yet."""
    waits = run.status in ACTIVE
    told = tr("What a run writes is seen once it has succeeded.") if waits else tr("This run wrote no table.")
    return card(tr("Tables written"), empty(tr("No tables"), told))


def _card(visit: Visit, one: Written) -> Markup:
    title = f"{one.use.name} v{one.use.version}"
    if one.preview is None:
        return card(title, empty(tr("It cannot be shown"), one.refusal))
    columns = one.preview.columns[:COLUMNS]
    heads = [Column(column.name, numeric=is_number(column)) for column in columns]
    rows = [[value(cell, VALUE) for cell in row[:COLUMNS]] for row in one.preview.rows]
    left = len(one.preview.columns) - len(columns)
    shown = [tr("{shown} of {rows}", shown=len(rows), rows=plural(one.preview.total, "row", "rows"))]
    shown += [plural(left, "more column", "more columns")] if left > 0 else []
    way = Markup(' <a href="{}">{}</a>').format(visit.link("tables", one.use.name), tr("The table"))
    aside = join([join(shown, ", "), way if visit.has("tables/{name}") else NOTHING])
    none = empty(tr("No rows"), tr("This version of the table is empty."))
    drawn = table(title, heads, rows, aside=aside, lead=changes(one), empty=none)
    return Markup('<div class="data">{}</div>').format(drawn)


def changes(one: Written) -> Content:
    """What a run changed in a table, in words."""
    if one.after is None:
        return NOTHING
    if one.after.version == 1:
        return tr("New, with {rows}.", rows=plural(one.after.rows, "row", "rows"))
    if one.before is None:
        return tr("{rows}; the version before it is gone.", rows=plural(one.after.rows, "row", "rows"))
    said = [_more(one.after.rows - one.before.rows, one.before.version)]
    said.append(tr("{rows} written by {mode}", rows=count(one.after.rows_written), mode=one.after.mode))
    now, then = ({column.name: column.type for column in view.columns} for view in (one.after, one.before))
    said += _named(mark("new columns: {names}"), [name for name in now if name not in then])
    said += _named(mark("columns gone: {names}"), [name for name in then if name not in now])
    other = [name for name in now if name in then and now[name] != then[name]]
    said += _named(mark("columns of another type: {names}"), other)
    return join([join(said, "; "), "."])


def _named(words: str, names: list[str]) -> list[str]:
    return [tr(words, names=", ".join(names))] if names else []


def _more(rows: int, version: int) -> str:
    if not rows:
        return tr("As many rows as in v{version}", version=version)
    more = ("+" if rows > 0 else "−") + plural(abs(rows), "row", "rows")
    return tr("{rows} since v{version}", rows=more, version=version)
