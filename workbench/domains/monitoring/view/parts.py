"""The parts of the monitoring page."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from markupsafe import Markup

from workbench.core.people import who
from workbench.core.schemas import Page
from workbench.domains.connectors.view.connector_parts import last_test
from workbench.domains.monitoring import schemas as s
from workbench.domains.runs.schemas import RunView
from workbench.domains.runs.view.words import badge, table_link, took
from workbench.ui import trends
from workbench.ui.controls import facts
from workbench.ui.formats import DASH, count, cut, duration, share, when
from workbench.ui.languages import tr, trn
from workbench.ui.parts import (
    NOTHING,
    Column,
    Content,
    Figure,
    card,
    empty,
    figures,
    status,
    table,
    with_code,
    with_detail,
)  # fmt: skip
from workbench.ui.spans import SPAN_WORDS
from workbench.ui.visit import Visit


def figures_of(visit: Visit, now: s.NowView, history: s.HistoryView, sources: s.SourcesView) -> Markup:
    """The row of figures."""
    return figures(_under_way(visit, now), _success(visit, history), _runs(visit, history), _late(visit, sources))


def _under_way(visit: Visit, now: s.NowView) -> Figure:
    note: Content = tr("{free} of {all} slots free", free=count(now.slots_free), all=count(now.slots))
    if now.waiting:
        waiting = _link(visit, status("waiting", tr("{n} waiting", n=count(now.waiting))), status="queued")
        note = Markup("{} · {}").format(waiting, note)
    return Figure(tr("Under way"), _link(visit, count(now.running), status="active"), note)


def _success(visit: Visit, history: s.HistoryView) -> Figure:
    well, ill = sum(one.succeeded for one in history.buckets), sum(one.failed for one in history.buckets)
    tones = ["error" if one.failed else "success" if one.succeeded else "muted" for one in history.buckets]
    done = [float(one.succeeded + one.failed) for one in history.buckets]
    note = (
        _link(visit, status("failed", tr("{n} failed", n=count(ill))), since=history.period, status="broken")
        if ill
        else NOTHING
    )
    value = _link(visit, share(well, well + ill), since=history.period, status="succeeded") if well + ill else DASH
    span = tr(SPAN_WORDS[history.period])
    label = tr("Runs that ended in each part of the last {span}; red where one failed", span=span)
    return Figure(tr("Succeeded"), value, note, trends.bars(done, label, tones) if well + ill else NOTHING)


def _runs(visit: Visit, history: s.HistoryView) -> Figure:
    every = [float(one.succeeded + one.failed + one.others) for one in history.buckets]
    span = tr(SPAN_WORDS[history.period])
    value = _link(visit, count(sum(every)), since=history.period)
    trend = trends.bars(every, tr("Runs submitted in each part of the last {span}", span=span), "primary")
    return Figure(tr("Runs, {span}", span=span), value, NOTHING, trend if any(every) else NOTHING)


def _late(visit: Visit, sources: s.SourcesView) -> Figure:
    number = len(sources.tables)
    well = status("ok", tr("none later than usual"))
    note = status("warning", tr("later than usual")) if sources.late else well
    late: Content = count(sources.late)
    if visit.has("tables"):
        late = Markup('<a href="{}">{}</a>').format(visit.link("tables"), late)
    value = Markup('{} <span class="version">{}</span>').format(late, tr("of {all}", all=count(number)))
    return Figure(tr("Late tables"), value if number else DASH, note if number else NOTHING)


def active(visit: Visit, now: s.NowView, runs: Page[RunView]) -> Markup:
    """What is under way and what waits."""
    columns = (
        Column(tr("Status"), share=16), Column(tr("Run"), share=40), Column(tr("Cell"), share=24),
        Column(tr("Duration"), numeric=True, share=12), Column(tr("By"), wide=True),
    )  # fmt: skip
    every = now.running + now.waiting
    aside = _link(visit, tr("all {n}", n=count(every)), status="active") if every > len(runs.items) else NOTHING
    rows = [
        (badge(run.status), with_detail(_run(visit, str(run.id), run.title), by), _cell(run), took(run), by)
        for run, by in ((run, who(run.submitted_by)) for run in runs.items)
    ]  # fmt: skip
    nothing = empty(tr("Nothing is running"), tr("Runs appear here while they wait and while they execute."))
    return table(tr("Under way and waiting"), columns, rows, aside=aside, empty=nothing)


def _cell(run: RunView) -> Content:
    if not run.cells_total:
        return Markup('<span class="muted">{}</span>').format(tr("not begun") if run.started_at is None else DASH)
    done = min(run.cells_done, run.cells_total)
    at = run.current_cell.number if run.current_cell else done
    return Markup(
        '{} <span class="meter" role="progressbar" aria-label="{}" aria-valuemin="0" aria-valuemax="{}"'
        ' aria-valuenow="{}"><span style="width:{:.0f}%"></span></span>'
    ).format(
        tr("{at} of {all}", at=at, all=run.cells_total), tr("Cells done"), run.cells_total, done,
        100 * done / run.cells_total,
    )  # fmt: skip


def executor(visit: Visit, now: s.NowView) -> Markup:
    """Whether queued runs are taken, and where there is room."""
    takes = status("ok", tr("taking runs")) if now.executing else status("failed", tr("no process takes runs"))
    wait: Content = status("ok", tr("nothing waits"))
    if now.longest_wait is not None:
        waiting = _link(visit, count(now.waiting), status="queued")
        wait = tr("{n}, the oldest since {when}", n=waiting, when=when(now.longest_wait))
    rows: list[tuple[Content, Content]] = [
        (tr("State"), takes),
        (
            tr("Slots of this machine"),
            tr("{used} of {all} in use", used=count(now.slots - now.slots_free), all=count(now.slots)),
        ),
        (tr("Waiting"), wait),
    ]
    said = facts(rows)
    if not now.executing:
        start = with_code(tr("Start `jupyter lab` or `workbench serve` on it."))
        said += Markup('<p class="muted">{}</p>').format(start)
    return card(tr("Executor"), said)


def failures(visit: Visit, history: s.HistoryView) -> Markup:
    """How runs failed, those alike together."""
    columns = (
        Column(tr("Failure"), share=48), Column(tr("Cell"), numeric=True, wide=True, share=6),
        Column(tr("Runs"), numeric=True, share=8), Column(tr("Latest"), wide=True, share=16),
        Column(tr("In"), wide=True),
    )  # fmt: skip
    rows = [
        (
            _failure(visit, one, history.period), DASH if one.cell is None else str(one.cell),
            _link(visit, count(one.runs), since=history.period, error=one.error_group),
            _run(visit, str(one.latest_run), when(one.latest_at)), one.title,
        )
        for one in history.failures
    ]  # fmt: skip
    aside = tr("alike ones together") if rows else NOTHING
    nothing = empty(tr("No run failed"), tr("Nothing failed or crashed in this time."))
    return table(tr("Failures"), columns, rows, aside=aside, empty=nothing)


def _failure(visit: Visit, one: s.FailureGroup, period: str) -> Content:
    name = _link(visit, one.name, since=period, error=one.error_group)
    said = Markup('<span class="sub">{}</span>').format(cut(one.message)) if one.message else NOTHING
    where = one.title if one.cell is None else tr("{title}, cell {cell}", title=one.title, cell=one.cell)
    return with_detail(name + said, Markup("{}, {}").format(where, when(one.latest_at)))


def durations(visit: Visit, history: s.HistoryView) -> Markup:
    """How long the runs of each pipeline took, and how many of them failed."""
    columns = (
        Column(tr("Pipeline"), share=36), Column(tr("Runs"), numeric=True, share=16),
        Column("p50", numeric=True, share=16), Column("p90", numeric=True, wide=True, share=16),
        Column("p99", numeric=True),
    )  # fmt: skip
    rows = [_pipeline(visit, one, history.period) for one in history.pipelines]
    aside = tr("of runs that succeeded") if rows else ""
    nothing = empty(tr("No runs in this time"), tr("Choose a longer time above to see earlier ones."))
    return table(tr("Durations by pipeline"), columns, rows, aside=aside, empty=nothing)


def _pipeline(visit: Visit, one: s.PipelineFigures, period: str) -> Sequence[Content]:
    which = _which(one.pipeline_id, one.title)
    runs = _link(visit, count(one.runs), since=period, **which)
    if one.failed:
        failed = _link(visit, tr("{n} failed", n=count(one.failed)), since=period, status="broken", **which)
        runs += Markup('<span class="sub">{}</span>').format(failed)
    times = [
        _link(visit, duration(took), since=period, status="succeeded", longer=f"{took:.3f}"[:-1], **which)
        if took is not None else DASH
        for took in (one.p50, one.p90, one.p99)
    ]  # fmt: skip
    return _titled(visit, one.pipeline_id, one.title), runs, *times


def _which(pipeline: UUID | None, title: str) -> dict[str, str]:
    """What narrows runs down to those of a pipeline, or of a notebook that nobody registered."""
    return {"pipeline": str(pipeline)} if pipeline else {"q": title}


def _titled(visit: Visit, pipeline: UUID | None, title: str) -> Content:
    """A pipeline by its title, which leads to its page where there is one."""
    if pipeline is None or not visit.has("pipelines/{name}"):
        return title
    return Markup('<a href="{}">{}</a>').format(visit.link("pipelines", str(pipeline)), title)


def slow_cells(visit: Visit, history: s.HistoryView) -> Markup:
    """The cells that runs spend most of their time in."""
    columns = (Column(tr("Cell"), share=50), Column(tr("Mean"), numeric=True), Column(tr("Longest"), numeric=True))
    rows = [
        (
            Markup('{}<span class="sub">{}</span>').format(
                _titled(visit, one.pipeline_id, one.title), _slowest(one.cell, one.runs)
            ),
            _link(visit, duration(one.mean_seconds), since=history.period, **_which(one.pipeline_id, one.title)),
            _run(visit, str(one.slowest_run), duration(one.most_seconds)),
        )
        for one in history.slow_cells
    ]  # fmt: skip
    nothing = empty(tr("No cells yet"), tr("Runs tell from now on which of their cells took longest."))
    return table(tr("Slowest cells"), columns, rows, empty=nothing)


def _slowest(cell: int, runs: int) -> str:
    said = {"cell": cell, "n": count(runs)}
    return trn(runs, "cell {cell}, slowest of {n} run", "cell {cell}, slowest of {n} runs", **said)


def tables(visit: Visit, sources: s.SourcesView) -> Markup:
    """When tables were written, late ones first."""
    columns = (
        Column(tr("Table"), share=34), Column(tr("Rows"), numeric=True, share=14), Column(tr("Written"), share=16),
        Column(tr("Usually"), wide=True, share=18), Column(tr("Freshness")),
    )  # fmt: skip
    rows = [
        (
            Markup('<span class="name">{}</span> <span class="version">v{}</span>').format(
                table_link(visit, one.name), one.version
            ),
            count(one.rows), _written(visit, one), _usually(one.usual_seconds), _freshness(one),
        )
        for one in sources.tables
    ]  # fmt: skip
    aside = tr("late ones first") if sources.late else ""
    return table(tr("Tables"), columns, rows, aside=aside, empty=_no_tables(visit))


def _no_tables(visit: Visit) -> Markup:
    if not visit.person.may("notebooks:edit"):
        return empty(tr("No tables"), tr("Tables appear here once they are shared with you."))
    return empty(tr("No tables yet"), with_code(tr('A run that calls `wb.write(frame, "name")` makes one.')))


def _written(visit: Visit, one: s.TableFreshness) -> Content:
    """When a table was written; leads to the run that did."""
    return _run(visit, str(one.run_id), when(one.written_at)) if one.run_id else when(one.written_at)


def _usually(seconds: float | None) -> Content:
    return Markup('<span class="muted">{}</span>').format(
        tr("too few writes") if seconds is None else tr("every {time}", time=duration(seconds))
    )


def _freshness(one: s.TableFreshness) -> Markup:
    if one.late:
        return status("warning", tr("late"))
    return status("ok", tr("as usual")) if one.usual_seconds is not None else status("off", tr("not known"))


def connectors(visit: Visit, sources: s.SourcesView) -> Markup:
    """How connectors answered last; nothing is connected to find out."""
    if not visit.person.may("connectors:list"):
        return NOTHING
    columns = (Column(tr("Connector"), share=40), Column(tr("Last test"), share=35), Column(tr("Last read")))
    rows = [
        (
            Markup('{}<span class="sub">{}</span>').format(_connector(visit, one.name), one.type),
            last_test(one.tested_at, one.problem), when(one.read_at),
        )
        for one in sources.connectors
    ]  # fmt: skip
    nothing = empty(tr("No connectors"), tr("What the workspace reads from elsewhere is listed here."))
    return table(tr("Connectors"), columns, rows, empty=nothing)


def _connector(visit: Visit, name: str) -> Content:
    if not visit.has("connectors/{name}"):
        return name
    return Markup('<a href="{}">{}</a>').format(visit.link("connectors", name), name)


def _run(visit: Visit, id_: str, label: Content) -> Markup:
    return Markup('<a class="name" href="{}">{}</a>').format(visit.link("runs", id_), label)


def _link(visit: Visit, label: Content, **query: str) -> Markup:
    """A figure that leads to the runs behind it."""
    return Markup('<a href="{}">{}</a>').format(visit.link("runs", **query), label)
