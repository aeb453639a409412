"""The home page's parts, drawn from its summary."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from workbench.core.people import who
from workbench.domains.dashboards.schemas import Home, RunLine, TableLine, TableWritten
from workbench.domains.runs.view.words import STATES, TONES, badge, outcomes, table_link
from workbench.ui import trends
from workbench.ui.formats import DASH, ZONE, ago, count, cut, duration, local, moment, share, short, size
from workbench.ui.languages import tr
from workbench.ui.parts import NOTHING, Column, Content, Figure, figures, join, status, table, with_detail
from workbench.ui.visit import Visit

TABLES_SHOWN = 3
TABLE_ROW, CHART_LEAST = 34, 240
RUN_ROW, PICTURE_LEAST = 51, 300


def header(home: Home) -> Markup:
    """What stands in the app bar: the workspace, and that the page is alive."""
    at = local(home.at)
    return Markup(
        '<h1 class="unseen">{}</h1><div class="told screen-only"><span class="wide">{}</span><span>{} {}</span></div>'
    ).format(
        tr("Home of the workspace {name}", name=home.workspace),
        tr("Workspace {name}", name=Markup("<b>{}</b>").format(home.workspace)),
        status("ok", tr("live")),
        Markup('<span class="wide">· {}</span>').format(f"{at:%H:%M:%S %Z}"),
    )


def home_figures(home: Home) -> Markup:
    """The row of figures: runs, rows, tables and the latest write."""
    return figures(_runs(home), _rows(home), _tables(home), _written(home))


def runs_table(visit: Visit, home: Home, nothing: Markup) -> Markup:
    """Running and recent runs, the newest first; `nothing` stands in their place where there are none."""
    columns = (
        Column(tr("Status"), share=11), Column(tr("Pipeline"), share=32), Column(tr("Started"), wide=True, share=11),
        Column(tr("Duration"), numeric=True, share=14), Column(tr("By"), wide=True, share=10),
        Column(tr("Tables written"), wide=True),
    )  # fmt: skip
    aside = _under_way(home.runs.active) if home.runs.active else ""
    return table(tr("Runs"), columns, [_run(visit, run, home) for run in home.recent], aside=aside, empty=nothing)


def tables_table(visit: Visit, home: Home, nothing: Markup) -> Markup:
    """The tables of the store, the latest written first; `nothing` is shown where there are none."""
    columns = (
        Column(tr("Table")), Column(tr("Rows"), numeric=True), Column(tr("Last write")),
        Column(tr("Written by"), wide=True),
    )  # fmt: skip
    shown, held = len(home.tables), count(home.store.tables)
    few = tr("the latest {number} of {all}", number=shown, all=held)
    said = few if shown < home.store.tables else tr("{number} in the store", number=held)
    aside = f"{said}, {size(home.store.bytes)}" if shown else ""
    return table(tr("Tables"), columns, [_table(visit, line, home) for line in home.tables], aside=aside, empty=nothing)


def height_beside(home: Home) -> int:
    """How high the chart is that stands beside the tables, in pixels."""
    return max(CHART_LEAST, TABLE_ROW * len(home.tables))


def room_beside(home: Home) -> int:
    """How high the picture may be that stands beside the runs, in pixels."""
    return max(PICTURE_LEAST, RUN_ROW * len(home.recent))


def _runs(home: Home) -> Figure:
    runs = home.runs
    note: Content = NOTHING
    if runs.failed:
        note = status("failed", tr("{number} failed", number=runs.failed))
    elif runs.succeeded:
        note = status("ok", tr("{share} succeeded", share=share(runs.succeeded, runs.succeeded + runs.failed)))
    elif runs.active:
        note = _under_way(runs.active)
    tones = [TONES[STATES.get(mark.status, "waiting")] for mark in runs.marks]
    label = outcomes(len(runs.marks))
    trend = trends.bars([mark.seconds or 0.0 for mark in runs.marks], label, tones)
    return Figure(tr("Runs, 24 hours"), count(runs.total), note, trend)


def _under_way(number: int) -> Markup:
    return status("running", tr("{number} under way", number=number))


def _rows(home: Home) -> Figure:
    store = home.store
    today = tr("{rows} written in 24\u202fh", rows=count(store.rows_today))
    note = status("ok", today) if store.rows_today else NOTHING
    label = tr("Rows in the store after each of the latest commits")
    return Figure(tr("Rows in the store"), _big(store.rows), note, trends.line(store.growth, label, "primary"))


def _tables(home: Home) -> Figure:
    checks = home.checks
    note: Content = size(home.store.bytes)
    if checks.failed:
        all_of_them = checks.passed + checks.failed
        note = status("warning", tr("{number} of {all} checks failed", number=checks.failed, all=all_of_them))
    elif checks.passed:
        note = status("ok", tr("{number} checks passed", number=checks.passed))
    trend = trends.bars(home.store.sizes, tr("Rows of each table"), "primary")
    return Figure(tr("Tables"), count(home.store.tables), note, trend)


def _written(home: Home) -> Figure:
    last = home.last_write
    if last is None:
        return Figure(tr("Last write"), DASH)
    note = Markup('{} <span class="version">v{}</span>').format(last.table, last.version)
    value = Markup('<time datetime="{}">{}</time>').format(last.at.isoformat(), ago(last.at, home.at))
    trend = trends.bars(last.sizes, tr("Rows of each of the latest commits"), "info")
    return Figure(tr("Last write"), value, note, trend)


def _big(value: int) -> str:
    return count(value) if value < 10_000_000 else short(value)


def _run(visit: Visit, run: RunLine, home: Home) -> tuple[Content, ...]:
    began = run.started_at or run.submitted_at
    name: Content = run.title
    if visit.has("runs/{id}"):
        name = Markup('<a class="name" href="{}" title="{}">{}</a>').format(
            visit.link("runs", str(run.id)), run.pipeline, run.title
        )
    if run.error and STATES.get(run.status) == "failed":
        name = Markup('{}<span class="sub">{}</span>').format(name, cut(run.error))
    written = _written_tables(visit, run.tables)
    detail = join([f"{ago(began, home.at)} · {who(run.submitted_by)}", *([written] if run.tables else [])], " · ")
    return (
        badge(run.status), with_detail(name, detail), moment(began, home.at, ZONE.get()), _lasted(run, home.at),
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
        '{} <span class="meter" role="progressbar" aria-label="{}" aria-valuemin="0" aria-valuemax="{}"'
        ' aria-valuenow="{}"><span style="width:{:.0f}%"></span></span><span class="sub">{}</span>'
    ).format(
        text, tr("Cells done"), run.cells_total, done, 100 * done / run.cells_total,
        tr("cell {number} of {all}", number=done, all=run.cells_total),
    )  # fmt: skip


def _written_tables(visit: Visit, tables: list[TableWritten]) -> Content:
    if not tables:
        return Markup('<span class="muted">{}</span>').format(tr("none"))
    shown = [
        Markup('<span class="nowrap">{} <span class="version">v{}</span></span>').format(
            table_link(visit, item.name), item.version
        )
        if item.version is not None else item.name
        for item in tables[:TABLES_SHOWN]
    ]  # fmt: skip
    named, more = join(shown, ", "), len(tables) - TABLES_SHOWN
    return tr("{tables} and {more} more", tables=named, more=more) if more > 0 else named


def _table(visit: Visit, line: TableLine, home: Home) -> tuple[Content, ...]:
    name = Markup('<span class="name">{}</span> <span class="version">v{}</span>').format(
        table_link(visit, line.name), line.version
    )
    when = moment(line.written_at, home.at, ZONE.get())
    by = Markup('<span class="oneline brief" title="{0}">{0}</span>').format(who(line.written_by))
    return name, count(line.rows), with_detail(when, who(line.written_by)), by
