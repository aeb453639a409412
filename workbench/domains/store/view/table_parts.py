"""The parts of a table's page, drawn from what operations answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from workbench.core.people import who
from workbench.core.schemas import Page
from workbench.domains.store.schemas import (
    ColumnView,
    LineageView,
    NodeView,
    PreviewView,
    ProfileView,
    TableDetail,
    TableView,
    VersionView,
)
from workbench.ui.controls import button, choice, facts, pager, toolbar
from workbench.ui.formats import DASH, count, number, plural, short, size, when
from workbench.ui.freshness import opens_runs
from workbench.ui.graphs import Node, graph
from workbench.ui.languages import tr
from workbench.ui.parts import NOTHING, Column, Content, card, empty, join, table, value
from workbench.ui.visit import Visit

SIDE_BY_SIDE = 30  # columns of a preview; more of them are chosen from a list
NUMBERS = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "REAL", "HUGEINT")


def summary(found: TableView) -> Markup:
    """What is known of a table at a glance."""
    pairs: list[tuple[Content, Content]] = [
        (tr("Rows"), count(found.rows)),
        (tr("Columns"), count(len(found.columns))),
        (tr("Size"), size(found.bytes)),
        (tr("Version"), f"v{found.current_version}" if found.current_version is not None else DASH),
        (tr("Written"), when(found.updated_at)),
    ]
    about = Markup("<p>{}</p>").format(found.description) if found.description else NOTHING
    return card(tr("Summary"), about + facts(pairs))


def preview(found: PreviewView, start: int = 0, *, old: bool = False) -> Markup:
    """The first rows of a table, of so many columns as can be read side by side."""
    if not found.columns:
        return card(tr("Rows"), empty(tr("No rows yet"), tr("Nothing was written to this table.")))
    start = min(start, len(found.columns) - 1)
    shown = range(start, min(start + SIDE_BY_SIDE, len(found.columns)))
    columns = [Column(found.columns[place].name, numeric=is_number(found.columns[place])) for place in shown]
    rows = [[value(row[place]) for place in shown] for row in found.rows]
    among = {"shown": count(len(rows)), "rows": plural(found.total, "row", "rows")}
    then = tr("{shown} of {rows}, as of v{version}", version=found.version, **among)
    aside = then if old else tr("{shown} of {rows}", **among)
    nothing = empty(tr("No rows"), tr("The table is empty."))
    drawn = table(tr("Rows"), columns, rows, aside=aside, empty=nothing)
    return Markup('<div class="data">{}{}</div>').format(chooser(found.columns, start), drawn)


def profile(found: ProfileView) -> Markup:
    """What each column of a table holds."""
    columns = (
        Column(tr("Column"), share=24), Column(tr("Type"), share=14), Column(tr("Missing"), numeric=True, share=10),
        Column(tr("Distinct"), numeric=True, share=10), Column(tr("Mean"), numeric=True, share=10),
        Column(tr("Lowest")), Column(tr("Highest")),
    )  # fmt: skip
    rows: list[Sequence[Content]] = [
        (
            one.name, Markup("<code>{}</code>").format(one.type), number(f"{one.null_percent:.1f} %"),
            f"~{count(one.distinct)}" if one.distinct is not None else DASH, short(one.mean), _end(one.minimum),
            _end(one.maximum),
        )
        for one in found.columns
    ]  # fmt: skip
    aside = tr(
        "{rows}, v{version}; distinct values are estimated",
        rows=plural(found.rows, "row", "rows"), version=found.version,
    )  # fmt: skip
    return table(tr("Columns"), columns, rows, aside=aside)


def versions(visit: Visit, current: TableDetail, found: Page[VersionView], cursor: str) -> Markup:
    """What was written when, by whom, with a way to look at it and a way back to it."""
    columns = (
        Column(tr("Version"), share=10), Column(tr("Written"), share=14), Column(tr("By"), share=18),
        Column(tr("How"), wide=True, share=10), Column(tr("Rows written"), numeric=True, wide=True, share=12),
        Column(tr("Rows"), numeric=True, share=12), Column(tr("Message"), wide=True), Column("", share=14, acts=True),
    )  # fmt: skip

    def row(one: VersionView) -> tuple[Content, ...]:
        by: Content = who(one.author)
        if one.run_id is not None and opens_runs(visit):
            by = Markup('{}<span class="sub nowrap"><a href="{}">{}</a></span>').format(
                who(one.author), visit.link("runs", str(one.run_id)), tr("its run")
            )
        look = Markup('<a href="{}">v{}</a>').format(
            visit.link("tables", current.name, version=str(one.version)), one.version
        )
        back = one.version != current.current_version and current.may_restore
        question = tr(
            "Make version {number} the current one again? It becomes a new version; none is lost.", number=one.version
        )
        restore = button(tr("Restore"), "restore", name="version", value=str(one.version), confirm=question)
        act = restore if back else NOTHING
        return (look, when(one.created_at), by, one.mode, count(one.rows_written), count(one.rows), one.message, act)

    return table(tr("Versions"), columns, map(row, found.items)) + pager(cursor, found.next)


def lineage(visit: Visit, found: LineageView) -> Markup:
    """Where a table comes from and what is made of it, as a graph."""
    edges = [*found.upstream, *found.downstream]
    if not edges:
        how = tr("A run that reads tables and writes this one shows what comes from what.")
        return card(tr("Lineage"), empty(tr("Nothing is known yet"), how))
    nodes: dict[str, Node] = {}
    for node in (node for edge in edges for node in (edge.source, edge.target)):
        here = node.kind == "table" and node.name == found.name
        nodes.setdefault(_key(node), lineage_node(visit, node, here=here, tab="lineage"))
    label, lines = tr("Lineage of {name}", name=found.name), [(_key(one.source), _key(one.target)) for one in edges]
    return card(tr("Lineage"), graph(label, list(nodes.values()), lines))


def asking(visit: Visit, queries: Sequence[Any]) -> Content:
    """The saved queries that read a table."""
    if not queries:
        return NOTHING
    items = join(
        Markup('<li><a href="{}">{}</a></li>').format(visit.link("queries", one.name), one.title) for one in queries
    )
    return card(tr("Saved queries that read it"), Markup('<ul class="names">{}</ul>').format(items))


def lineage_node(visit: Visit, node: NodeView, *, here: bool = False, **asked: str) -> Node:
    """A table or a stream of a connector in a graph; a table's page is asked for `asked`."""
    kind, name = ("tables", node.name) if node.kind == "table" else ("connectors", node.name.partition(".")[0])
    leads = visit.link(kind, name, **(asked if kind == "tables" else {})) if visit.has(f"{kind}/{{name}}") else ""
    return Node(_key(node), node.name, tr("table") if kind == "tables" else tr("connector"), leads, here)


def _key(node: NodeView) -> str:
    return f"{node.kind}:{node.name}"


def chooser(columns: Sequence[ColumnView], start: int) -> Markup:
    """Which of many columns are seen side by side."""
    if len(columns) <= SIDE_BY_SIDE:
        return NOTHING
    places = range(0, len(columns), SIDE_BY_SIDE)
    words = {
        str(at): tr(
            "{first} to {last} of {all}: from {name}", first=at + 1, last=min(at + SIDE_BY_SIDE, len(columns)),
            all=len(columns), name=columns[at].name[:40],
        )
        for at in places
    }  # fmt: skip
    return toolbar(choice(tr("Columns"), "from", words, str(start)))


def is_number(column: ColumnView) -> bool:
    """Whether a column holds numbers, which stand at the right."""
    return column.type.upper().removeprefix("U").startswith(NUMBERS) or column.type.upper().endswith("INT")


def _end(text: str | None) -> Content:
    return DASH if text is None else value(text)
