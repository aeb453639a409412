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
from workbench.ui.formats import DASH, count, plural, short, size, when
from workbench.ui.freshness import opens_runs
from workbench.ui.graphs import Node, graph
from workbench.ui.parts import NOTHING, Column, Content, card, empty, join, table, value
from workbench.ui.visit import Visit

SIDE_BY_SIDE = 30  # columns of a preview; more of them are chosen from a list
NUMBERS = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "REAL", "HUGEINT")


def summary(found: TableView) -> Markup:
    """What is known of a table at a glance."""
    pairs: list[tuple[Content, Content]] = [
        ("Rows", count(found.rows)),
        ("Columns", count(len(found.columns))),
        ("Size", size(found.bytes)),
        ("Version", f"v{found.current_version}" if found.current_version is not None else DASH),
        ("Written", when(found.updated_at)),
    ]
    about = Markup("<p>{}</p>").format(found.description) if found.description else NOTHING
    return card("Summary", about + facts(pairs))


def preview(found: PreviewView, start: int = 0, *, old: bool = False) -> Markup:
    """The first rows of a table, of so many columns as can be read side by side."""
    if not found.columns:
        return card("Rows", empty("No rows yet", "Nothing was written to this table."))
    start = min(start, len(found.columns) - 1)
    shown = range(start, min(start + SIDE_BY_SIDE, len(found.columns)))
    columns = [Column(found.columns[place].name, numeric=is_number(found.columns[place])) for place in shown]
    rows = [[value(row[place]) for place in shown] for row in found.rows]
    aside = f"{count(len(rows))} of {plural(found.total, 'row')}" + (f", as of v{found.version}" if old else "")
    drawn = table("Rows", columns, rows, aside=aside, empty=empty("No rows", "The table is empty."))
    return Markup('<div class="data">{}{}</div>').format(chooser(found.columns, start), drawn)


def profile(found: ProfileView) -> Markup:
    """What each column of a table holds."""
    columns = (
        Column("Column", share=24), Column("Type", share=14), Column("Missing", numeric=True, share=10),
        Column("Distinct", numeric=True, share=10), Column("Mean", numeric=True, share=10), Column("Lowest"),
        Column("Highest"),
    )  # fmt: skip
    rows: list[Sequence[Content]] = [
        (
            one.name, Markup("<code>{}</code>").format(one.type), f"{one.null_percent:.1f} %",
            f"~{count(one.distinct)}" if one.distinct is not None else DASH, short(one.mean), _end(one.minimum),
            _end(one.maximum),
        )
        for one in found.columns
    ]  # fmt: skip
    return table(
        "Columns", columns, rows, aside=f"{plural(found.rows, 'row')}, v{found.version}; distinct values are estimated"
    )


def versions(visit: Visit, current: TableDetail, found: Page[VersionView], cursor: str) -> Markup:
    """What was written when, by whom, with a way to look at it and a way back to it."""
    columns = (
        Column("Version", share=10), Column("Written", share=14), Column("By", share=18),
        Column("How", wide=True, share=10), Column("Rows written", numeric=True, wide=True, share=12),
        Column("Rows", numeric=True, share=12),
        Column("Message", wide=True), Column("", share=14, acts=True),
    )  # fmt: skip

    def row(one: VersionView) -> tuple[Content, ...]:
        by: Content = who(one.author)
        if one.run_id is not None and opens_runs(visit):
            by = Markup('{}<span class="sub nowrap"><a href="{}">its run</a></span>').format(
                who(one.author), visit.link("runs", str(one.run_id))
            )
        look = Markup('<a href="{}">v{}</a>').format(
            visit.link("tables", current.name, version=str(one.version)), one.version
        )
        back = one.version != current.current_version and current.may_restore
        question = f"Make version {one.version} the current one again? It becomes a new version; none is lost."
        act = (
            button("Restore", "restore", name="version", value=str(one.version), confirm=question) if back else NOTHING
        )
        return (look, when(one.created_at), by, one.mode, count(one.rows_written), count(one.rows), one.message, act)

    return table("Versions", columns, map(row, found.items)) + pager(cursor, found.next)


def lineage(visit: Visit, found: LineageView) -> Markup:
    """Where a table comes from and what is made of it, as a graph."""
    edges = [*found.upstream, *found.downstream]
    if not edges:
        return card(
            "Lineage",
            empty("Nothing is known yet", "A run that reads tables and writes this one shows what comes from what."),
        )
    nodes: dict[str, Node] = {}
    for node in (node for edge in edges for node in (edge.source, edge.target)):
        here = node.kind == "table" and node.name == found.name
        nodes.setdefault(_key(node), lineage_node(visit, node, here=here, tab="lineage"))
    drawn = graph(f"Lineage of {found.name}", list(nodes.values()), [(_key(e.source), _key(e.target)) for e in edges])
    return card("Lineage", drawn)


def asking(visit: Visit, queries: Sequence[Any]) -> Content:
    """The saved queries that read a table."""
    if not queries:
        return NOTHING
    items = join(
        Markup('<li><a href="{}">{}</a></li>').format(visit.link("queries", one.name), one.title) for one in queries
    )
    return card("Saved queries that read it", Markup('<ul class="names">{}</ul>').format(items))


def lineage_node(visit: Visit, node: NodeView, *, here: bool = False, **asked: str) -> Node:
    """A table or a stream of a connector in a graph; a table's page is asked for `asked`."""
    kind, name = ("tables", node.name) if node.kind == "table" else ("connectors", node.name.partition(".")[0])
    leads = visit.link(kind, name, **(asked if kind == "tables" else {})) if visit.has(f"{kind}/{{name}}") else ""
    return Node(_key(node), node.name, kind.removesuffix("s"), leads, here)


def _key(node: NodeView) -> str:
    return f"{node.kind}:{node.name}"


def chooser(columns: Sequence[ColumnView], start: int) -> Markup:
    """Which of many columns are seen side by side."""
    if len(columns) <= SIDE_BY_SIDE:
        return NOTHING
    places = range(0, len(columns), SIDE_BY_SIDE)
    words = {
        str(at): f"{at + 1} to {min(at + SIDE_BY_SIDE, len(columns))} of {len(columns)}: from {columns[at].name[:40]}"
        for at in places
    }
    return toolbar(choice("Columns", "from", words, str(start)))


def is_number(column: ColumnView) -> bool:
    """Whether a column holds numbers, which stand at the right."""
    return column.type.upper().removeprefix("U").startswith(NUMBERS) or column.type.upper().endswith("INT")


def _end(text: str | None) -> Content:
    return DASH if text is None else value(text)
