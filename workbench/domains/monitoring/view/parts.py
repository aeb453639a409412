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
from workbench.domains.runs.view.words import SPAN_WORDS, badge, table_link, took
from workbench.ui import trends
from workbench.ui.controls import facts
from workbench.ui.formats import DASH, count, cut, duration, plural, share, when
from workbench.ui.parts import NOTHING, Column, Content, Figure, card, empty, figures, status, table, with_detail
from workbench.ui.visit import Visit


def figures_of(visit: Visit, now: s.NowView, history: s.HistoryView, sources: s.SourcesView) -> Markup:
    """The row of figures."""
    return figures(_under_way(visit, now), _success(visit, history), _runs(visit, history), _late(visit, sources))


def _under_way(visit: Visit, now: s.NowView) -> Figure:
    note: Content = f"{count(now.slots_free)} of {count(now.slots)} slots free"
    if now.waiting:
        waiting = _link(visit, status("waiting", f"{count(now.waiting)} waiting"), status="queued")
        note = Markup("{} · {}").format(waiting, note)
    return Figure("Under way", _link(visit, count(now.running), status="active"), note)


def _success(visit: Visit, history: s.HistoryView) -> Figure:
    well, ill = sum(one.succeeded for one in history.buckets), sum(one.failed for one in history.buckets)
    tones = ["error" if one.failed else "success" if one.succeeded else "muted" for one in history.buckets]
    done = [float(one.succeeded + one.failed) for one in history.buckets]
    note = (
        _link(visit, status("failed", f"{count(ill)} failed"), since=history.period, status="broken")
        if ill
        else NOTHING
    )
    value = _link(visit, share(well, well + ill), since=history.period, status="succeeded") if well + ill else DASH
    label = f"Runs that ended in each part of the last {SPAN_WORDS[history.period]}; red where one failed"
    return Figure("Succeeded", value, note, trends.bars(done, label, tones) if well + ill else NOTHING)


def _runs(visit: Visit, history: s.HistoryView) -> Figure:
    every = [float(one.succeeded + one.failed + one.others) for one in history.buckets]
    words = SPAN_WORDS[history.period]
    value = _link(visit, count(sum(every)), since=history.period)
    trend = trends.bars(every, f"Runs submitted in each part of the last {words}", "primary")
    return Figure(f"Runs, {words}", value, NOTHING, trend if any(every) else NOTHING)


def _late(visit: Visit, sources: s.SourcesView) -> Figure:
    number = len(sources.tables)
    note = status("warning", "later than usual") if sources.late else status("ok", "none later than usual")
    late: Content = count(sources.late)
    if visit.has("tables"):
        late = Markup('<a href="{}">{}</a>').format(visit.link("tables"), late)
    value = Markup('{} <span class="version">of {}</span>').format(late, count(number))
    return Figure("Late tables", value if number else DASH, note if number else NOTHING)


def active(visit: Visit, now: s.NowView, runs: Page[RunView]) -> Markup:
    """What is under way and what waits."""
    columns = (
        Column("Status", share=16), Column("Run", share=40), Column("Cell", share=24),
        Column("Duration", numeric=True, share=12), Column("By", wide=True),
    )  # fmt: skip
    every = now.running + now.waiting
    aside = _link(visit, f"all {count(every)}", status="active") if every > len(runs.items) else NOTHING
    rows = [
        (badge(run.status), with_detail(_run(visit, str(run.id), run.title), by), _cell(run), took(run), by)
        for run, by in ((run, who(run.submitted_by)) for run in runs.items)
    ]  # fmt: skip
    return table("Under way and waiting", columns, rows, aside=aside, empty=NOTHING_RUNS)


def _cell(run: RunView) -> Content:
    if not run.cells_total:
        return Markup('<span class="muted">{}</span>').format("not begun" if run.started_at is None else DASH)
    done = min(run.cells_done, run.cells_total)
    at = run.current_cell.number if run.current_cell else done
    return Markup(
        '{} of {} <span class="meter" role="progressbar" aria-label="Cells done" aria-valuemin="0" aria-valuemax="{}"'
        ' aria-valuenow="{}"><span style="width:{:.0f}%"></span></span>'
    ).format(at, run.cells_total, run.cells_total, done, 100 * done / run.cells_total)


def executor(visit: Visit, now: s.NowView) -> Markup:
    """Whether queued runs are taken, and where there is room."""
    takes = status("ok", "taking runs") if now.executing else status("failed", "no process takes runs")
    wait: Content = status("ok", "nothing waits")
    if now.longest_wait is not None:
        wait = Markup("{}, the oldest since {}").format(
            _link(visit, count(now.waiting), status="queued"), when(now.longest_wait)
        )
    rows: list[tuple[Content, Content]] = [
        ("State", takes),
        ("Slots of this machine", f"{count(now.slots - now.slots_free)} of {count(now.slots)} in use"),
        ("Waiting", wait),
    ]
    said = facts(rows)
    if not now.executing:
        said += Markup('<p class="muted">Start <code>jupyter lab</code> or <code>workbench serve</code> on it.</p>')
    return card("Executor", said)


def failures(visit: Visit, history: s.HistoryView) -> Markup:
    """How runs failed, those alike together."""
    columns = (
        Column("Failure", share=48), Column("Cell", numeric=True, wide=True, share=6),
        Column("Runs", numeric=True, share=8), Column("Latest", wide=True, share=16), Column("In", wide=True),
    )  # fmt: skip
    rows = [
        (
            _failure(visit, one, history.period), DASH if one.cell is None else str(one.cell),
            _link(visit, count(one.runs), since=history.period, error=one.error_group),
            _run(visit, str(one.latest_run), when(one.latest_at)), one.title,
        )
        for one in history.failures
    ]  # fmt: skip
    return table("Failures", columns, rows, aside="alike ones together" if rows else NOTHING, empty=NO_FAILURES)


def _failure(visit: Visit, one: s.FailureGroup, period: str) -> Content:
    name = _link(visit, one.name, since=period, error=one.error_group)
    said = Markup('<span class="sub">{}</span>').format(cut(one.message)) if one.message else NOTHING
    where = one.title if one.cell is None else f"{one.title}, cell {one.cell}"
    return with_detail(name + said, Markup("{}, {}").format(where, when(one.latest_at)))


def durations(visit: Visit, history: s.HistoryView) -> Markup:
    """How long the runs of each pipeline took, and how many of them failed."""
    columns = (
        Column("Pipeline", share=36), Column("Runs", numeric=True, share=16), Column("p50", numeric=True, share=16),
        Column("p90", numeric=True, wide=True, share=16), Column("p99", numeric=True),
    )  # fmt: skip
    rows = [_pipeline(visit, one, history.period) for one in history.pipelines]
    return table("Durations by pipeline", columns, rows, aside="of runs that succeeded" if rows else "", empty=NO_RUNS)


def _pipeline(visit: Visit, one: s.PipelineFigures, period: str) -> Sequence[Content]:
    which = _which(one.pipeline_id, one.title)
    runs = _link(visit, count(one.runs), since=period, **which)
    if one.failed:
        failed = _link(visit, f"{count(one.failed)} failed", since=period, status="broken", **which)
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
    columns = (Column("Cell", share=50), Column("Mean", numeric=True), Column("Longest", numeric=True))
    rows = [
        (
            Markup('{}<span class="sub">cell {}, slowest of {}</span>').format(
                _titled(visit, one.pipeline_id, one.title), one.cell, plural(one.runs, "run")
            ),
            _link(visit, duration(one.mean_seconds), since=history.period, **_which(one.pipeline_id, one.title)),
            _run(visit, str(one.slowest_run), duration(one.most_seconds)),
        )
        for one in history.slow_cells
    ]  # fmt: skip
    return table("Slowest cells", columns, rows, empty=NO_CELLS)


def tables(visit: Visit, sources: s.SourcesView) -> Markup:
    """When tables were written, late ones first."""
    columns = (
        Column("Table", share=34), Column("Rows", numeric=True, share=14), Column("Written", share=16),
        Column("Usually", wide=True, share=18), Column("Freshness"),
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
    nothing = NO_TABLES if visit.person.may("notebooks:edit") else NO_TABLES_SHARED
    return table("Tables", columns, rows, aside="late ones first" if sources.late else "", empty=nothing)


def _written(visit: Visit, one: s.TableFreshness) -> Content:
    """When a table was written; leads to the run that did."""
    return _run(visit, str(one.run_id), when(one.written_at)) if one.run_id else when(one.written_at)


def _usually(seconds: float | None) -> Content:
    return Markup('<span class="muted">{}</span>').format(
        "too few writes" if seconds is None else f"every {duration(seconds)}"
    )


def _freshness(one: s.TableFreshness) -> Markup:
    if one.late:
        return status("warning", "late")
    return status("ok", "as usual") if one.usual_seconds is not None else status("off", "not known")


def connectors(visit: Visit, sources: s.SourcesView) -> Markup:
    """How connectors answered last; nothing is connected to find out."""
    if not visit.person.may("connectors:list"):
        return NOTHING
    columns = (Column("Connector", share=40), Column("Last test", share=35), Column("Last read"))
    rows = [
        (
            Markup('{}<span class="sub">{}</span>').format(_connector(visit, one.name), one.type),
            last_test(one.tested_at, one.problem), when(one.read_at),
        )
        for one in sources.connectors
    ]  # fmt: skip
    return table("Connectors", columns, rows, empty=NO_CONNECTORS)


def _connector(visit: Visit, name: str) -> Content:
    if not visit.has("connectors/{name}"):
        return name
    return Markup('<a href="{}">{}</a>').format(visit.link("connectors", name), name)


def _run(visit: Visit, id_: str, label: Content) -> Markup:
    return Markup('<a class="name" href="{}">{}</a>').format(visit.link("runs", id_), label)


def _link(visit: Visit, label: Content, **query: str) -> Markup:
    """A figure that leads to the runs behind it."""
    return Markup('<a href="{}">{}</a>').format(visit.link("runs", **query), label)


NOTHING_RUNS = empty("Nothing is running", "Runs appear here while they wait and while they execute.")
NO_FAILURES = empty("No run failed", "Nothing failed or crashed in this time.")
NO_RUNS = empty("No runs in this time", "Choose a longer time above to see earlier ones.")
NO_CELLS = empty("No cells yet", "Runs tell from now on which of their cells took longest.")
NO_TABLES = empty("No tables yet", Markup("A run that calls <code>wb.write(frame, &quot;name&quot;)</code> makes one."))
NO_TABLES_SHARED = empty("No tables", "Tables appear here once they are shared with you.")
NO_CONNECTORS = empty("No connectors", "What the workspace reads from elsewhere is listed here.")
