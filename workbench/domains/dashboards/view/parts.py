"""The home page's parts, drawn from its summary."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from workbench.core.people import who
from workbench.domains.dashboards.schemas import Home, RunLine, TableLine, TableWritten
from workbench.domains.runs.view.words import STATES, TONES, table_link
from workbench.ui import trends
from workbench.ui.formats import DASH, NARROW, ZONE, ago, count, cut, duration, local, moment, share, short, size
from workbench.ui.parts import (
    NOTHING,
    Column,
    Content,
    Figure,
    figures,
    join,
    status,
    table,
    with_detail,
)
from workbench.ui.visit import Visit

TABLES_SHOWN = 3
TABLE_ROW, CHART_LEAST = 34, 240
RUN_ROW, PICTURE_LEAST = 51, 300


def header(home: Home) -> Markup:
    """What stands in the app bar: the workspace, and that the page is alive."""
    at = local(home.at)
    return Markup(
        '<h1 class="unseen">Home of the workspace {}</h1><div class="told screen-only">'
        '<span class="wide">Workspace <b>{}</b></span><span>{} {}</span></div>'
    ).format(
        home.workspace,
        home.workspace,
        status("ok", "live"),
        Markup('<span class="wide">· {}</span>').format(f"{at:%H:%M:%S %Z}"),
    )


def home_figures(home: Home) -> Markup:
    """The row of figures: runs, rows, tables and the latest write."""
    return figures(_runs(home), _rows(home), _tables(home), _written(home))


def runs_table(visit: Visit, home: Home, nothing: Markup) -> Markup:
    """Running and recent runs, the newest first; `nothing` stands in their place where there are none."""
    columns = (
        Column("Status", share=11), Column("Pipeline", share=32), Column("Started", wide=True, share=11),
        Column("Duration", numeric=True, share=14), Column("By", wide=True, share=10),
        Column("Tables written", wide=True),
    )  # fmt: skip
    active = home.runs.active
    aside: Content = status("running", f"{active} under way") if active else ""
    return table("Runs", columns, [_run(visit, run, home) for run in home.recent], aside=aside, empty=nothing)


def tables_table(visit: Visit, home: Home, nothing: Markup) -> Markup:
    """The tables of the store, the latest written first; `nothing` is shown where there are none."""
    columns = (Column("Table"), Column("Rows", numeric=True), Column("Last write"), Column("Written by", wide=True))
    shown, held = len(home.tables), home.store.tables
    few = f"the latest {shown} of {count(held)}" if shown < held else f"{count(held)} in the store"
    aside = f"{few}, {size(home.store.bytes)}" if shown else ""
    return table("Tables", columns, [_table(visit, line, home) for line in home.tables], aside=aside, empty=nothing)


def height_beside(home: Home) -> int:
    """How high the chart is that stands beside the tables, in pixels."""
    return max(CHART_LEAST, TABLE_ROW * len(home.tables))


def room_beside(home: Home) -> int:
    """How high the picture may be that stands beside the runs, in pixels."""
    return max(PICTURE_LEAST, RUN_ROW * len(home.recent))


def _runs(home: Home) -> Figure:
    runs = home.runs
    parts = [status("ok", f"{share(runs.succeeded, runs.succeeded + runs.failed)} succeeded")] if runs.succeeded else []
    if runs.failed:
        parts = [status("failed", f"{runs.failed} failed"), *parts]
    elif runs.active and not parts:
        parts = [status("running", f"{runs.active} under way")]
    tones = [TONES[STATES.get(mark.status, "waiting")] for mark in runs.marks]
    label = f"Duration and outcome of the latest {len(runs.marks)} runs"
    trend = trends.bars([mark.seconds or 0.0 for mark in runs.marks], label, tones)
    return Figure("Runs, 24 hours", count(runs.total), join(parts[:1]), trend)


def _rows(home: Home) -> Figure:
    store = home.store
    note = status("ok", f"{count(store.rows_today)} written in 24{NARROW}h") if store.rows_today else NOTHING
    label = "Rows in the store after each of the latest commits"
    return Figure("Rows in the store", _big(store.rows), note, trends.line(store.growth, label, "primary"))


def _tables(home: Home) -> Figure:
    checks = home.checks
    note: Content = size(home.store.bytes)
    if checks.failed:
        note = status("warning", f"{checks.failed} of {checks.passed + checks.failed} checks failed")
    elif checks.passed:
        note = status("ok", f"{checks.passed} checks passed")
    return Figure(
        "Tables", count(home.store.tables), note, trends.bars(home.store.sizes, "Rows of each table", "primary")
    )


def _written(home: Home) -> Figure:
    last = home.last_write
    if last is None:
        return Figure("Last write", DASH)
    note = Markup('{} <span class="version">v{}</span>').format(last.table, last.version)
    value = Markup('<time datetime="{}">{}</time>').format(last.at.isoformat(), ago(last.at, home.at))
    return Figure("Last write", value, note, trends.bars(last.sizes, "Rows of each of the latest commits", "info"))


def _big(value: int) -> str:
    return count(value) if value < 10_000_000 else short(value)


def _run(visit: Visit, run: RunLine, home: Home) -> tuple[Content, ...]:
    state = STATES.get(run.status, "waiting")
    began = run.started_at or run.submitted_at
    name: Content = run.title
    if visit.has("runs/{id}"):
        name = Markup('<a class="name" href="{}" title="{}">{}</a>').format(
            visit.link("runs", str(run.id)), run.pipeline, run.title
        )
    if run.error and state == "failed":
        name = Markup('{}<span class="sub">{}</span>').format(name, cut(run.error))
    written = _written_tables(visit, run.tables)
    detail = join([f"{ago(began, home.at)} · {who(run.submitted_by)}", *([written] if run.tables else [])], " · ")
    return (
        status(state, run.status), with_detail(name, detail), moment(began, home.at, ZONE.get()), _lasted(run, home.at),
        who(run.submitted_by), written,
    )  # fmt: skip


def _lasted(run: RunLine, now: datetime) -> Content:
    if run.started_at is None:
        return DASH
    text = duration(((run.finished_at or now) - run.started_at).total_seconds())
    if run.finished_at is not None or not run.cells_total:
        return text
    done = min(run.cells_done or 0, run.cells_total)
    return Markup(
        '{} <span class="meter" role="progressbar" aria-label="Cells done" aria-valuemin="0" aria-valuemax="{}"'
        ' aria-valuenow="{}"><span style="width:{:.0f}%"></span></span><span class="sub">cell {} of {}</span>'
    ).format(text, run.cells_total, done, 100 * done / run.cells_total, done, run.cells_total)


def _written_tables(visit: Visit, tables: list[TableWritten]) -> Content:
    if not tables:
        return Markup('<span class="muted">none</span>')
    shown = [
        Markup('<span class="nowrap">{} <span class="version">v{}</span></span>').format(
            table_link(visit, item.name), item.version
        )
        if item.version is not None else item.name
        for item in tables[:TABLES_SHOWN]
    ]  # fmt: skip
    more = f" and {len(tables) - TABLES_SHOWN} more" if len(tables) > TABLES_SHOWN else ""
    return join([join(shown, ", "), more])


def _table(visit: Visit, line: TableLine, home: Home) -> tuple[Content, ...]:
    name = Markup('<span class="name">{}</span> <span class="version">v{}</span>').format(
        table_link(visit, line.name), line.version
    )
    when = moment(line.written_at, home.at, ZONE.get())
    by = Markup('<span class="oneline brief" title="{0}">{0}</span>').format(who(line.written_by))
    return name, count(line.rows), with_detail(when, who(line.written_by)), by
