"""The parts of a run's page, drawn from what operations answer."""

from __future__ import annotations

from markupsafe import Markup

from workbench.core.clock import now
from workbench.core.people import who
from workbench.domains.runs.schemas import (
    CellLine,
    CellOutputs,
    CellsView,
    LogLine,
    LogPage,
    OutputsView,
    RunView,
)  # fmt: skip
from workbench.ui.controls import CHOOSE, button, code, facts
from workbench.ui.formats import count, duration, local, plural, short, when
from workbench.ui.languages import mark, tr, trn
from workbench.ui.outputs import output
from workbench.ui.parts import NOTHING, Column, Content, State, card, empty, join, stacked, status, table
from workbench.ui.visit import Visit

from .run_tables import nothing_written
from .words import ACTIVE, by_default, took, uses

CELLS: dict[str, tuple[State, str]] = {
    "completed": ("ok", mark("done")), "running": ("running", mark("running")), "failed": ("failed", mark("failed")),
    "pending": ("waiting", mark("waits")),
}  # fmt: skip
MOST_CELLS, PAGE = 400, 20


def summary(visit: Visit, run: RunView) -> Markup:
    """What is known of a run at a glance."""
    pairs: list[tuple[Content, Content]] = [
        *_pipeline(visit, run),
        (tr("Started"), when(run.started_at) if run.started_at else tr("not yet")),
        (tr("Duration"), took(run)),
        (tr("Cells"), _progress(run)),
        (tr("By"), who(run.submitted_by)),
    ]
    if run.rights_of != run.submitted_by:
        pairs.append((tr("In the name of"), who(run.rights_of)))
    if run.pipeline_version is not None:
        pairs.append((tr("Version"), Markup("v{}").format(run.pipeline_version)))
    if run.attempt > 1:
        pairs.append((tr("Attempt"), str(run.attempt)))
    if run.retry_of is not None:
        again = Markup('<a href="{}">{}</a>').format(visit.link("runs", str(run.retry_of)), tr("the run before"))
        pairs.append((tr("Again, after"), again))
    pairs.append((tr("Tables read"), uses(visit, run.tables_read)))
    pairs += [(name, Markup("<code>{}</code>").format(value)) for name, value in run.parameters.items()]
    pairs += [(name, by_default(Markup("<code>{}</code>").format(value))) for name, value in run.defaults.items()]
    return card(tr("Summary"), facts(pairs))


def _pipeline(visit: Visit, run: RunView) -> list[tuple[Content, Content]]:
    """The way to what was run, where there is one."""
    if run.pipeline_id is None or not visit.has("pipelines/{name}"):
        return []
    address = visit.link("pipelines", str(run.pipeline_id))
    return [(tr("Pipeline"), Markup('<a href="{}">{}</a>').format(address, run.title))]


def failure(run: RunView) -> Markup:
    """Why a run did not succeed, and the way out; nothing where it did."""
    if run.error is None:
        return NOTHING
    error = run.error
    title = tr("{error} in cell {cell}", error=error.name, cell=error.cell) if error.cell else error.name
    parts: list[Content] = [Markup('<p class="title">{}</p>').format(status("failed", title))]
    parts.append(Markup("<p>{}</p>").format(error.message))
    if error.fix:
        parts.append(Markup("<p><b>{}</b> {}</p>").format(tr("What helps:"), error.fix))
    if error.traceback:
        title = tr("Traceback")
        parts.append(_folded(title, code(error.traceback, title)))
    return Markup('<div class="notice problem" role="alert">{}</div>').format(join(parts))


def timeline(run: RunView, view: CellsView) -> Markup:
    """A bar for each cell: when it began and how long it took."""
    cells = view.cells
    if not cells:
        active = run.status in ACTIVE
        waits = tr("The run has not begun.") if active else tr("The run left no notebook behind.")
        return card(tr("Cells"), empty(tr("No cells yet"), waits))
    starts = [cell.started_at for cell in cells if cell.started_at is not None]
    first = min(starts) if starts else None
    ends = [(cell.started_at - first).total_seconds() + _seconds(cell) for cell in cells if cell.started_at and first]
    whole = max(ends, default=0.0) or 1.0

    def row(cell: CellLine) -> tuple[Content, ...]:
        state, word = CELLS[cell.status]
        if state == "waiting" and run.status not in ACTIVE:
            state, word = "off", mark("not run")
        begun = (cell.started_at - first).total_seconds() if cell.started_at and first else 0.0
        return (
            Markup('<span class="version">{}</span>').format(cell.number),
            (Markup('<code class="oneline">{}</code>').format(cell.first_line) if cell.first_line else NOTHING)
            + (_bar(begun / whole, _seconds(cell) / whole, state) if cell.started_at else NOTHING),
            status(state, tr(word)),
            duration(_seconds(cell)) if cell.started_at else "",
        )

    coded = any(cell.first_line for cell in cells)  # code is not shown to everybody
    columns = (
        Column(tr("Cell"), numeric=True, share=6), Column(tr("First line") if coded else tr("When"), share=60),
        Column(tr("Status"), share=18), Column(tr("Duration"), numeric=True, share=16),
    )  # fmt: skip
    more = plural(len(cells), "cell", "cells")
    if len(cells) > MOST_CELLS:
        more = tr("the first {most} of {all}", most=MOST_CELLS, all=count(len(cells)))
    return table(tr("Cells"), columns, [row(cell) for cell in cells[:MOST_CELLS]], aside=more)


def tables(visit: Visit, run: RunView) -> Markup:
    """The tables that a run wrote."""
    if not run.tables_written:
        return nothing_written(run)
    rows = [(uses(visit, [use]), count(use.rows)) for use in run.tables_written]
    return table(tr("Tables written"), (Column(tr("Table")), Column(tr("Rows"), numeric=True)), rows)


def results(run: RunView) -> Markup:
    """What a run logged of itself: figures and checks; nothing where it logged neither."""
    drawn = []
    if run.metrics:
        pairs = [(name, Markup("<b>{}</b>").format(short(value))) for name, value in run.metrics.items()]
        drawn.append(card(tr("Metrics"), facts(pairs)))
    if run.checks:
        rows = [
            (
                status("failed", tr("{rows} failed", rows=count(check.failing))) if check.failing
                else status("ok", tr("passed")),
                Markup("<code>{}</code>").format(check.rule),
                count(check.rows),
            )
            for check in run.checks
        ]  # fmt: skip
        columns = (Column(tr("Result"), share=16), Column(tr("Check")), Column(tr("Rows"), numeric=True))
        drawn.append(table(tr("Checks"), columns, rows))
    return stacked(*drawn) if drawn else NOTHING


def log(run: RunView, page: LogPage, wanted: str = "") -> Markup:
    """The end of what the cells printed, or of those lines that have a text."""
    title = tr("Log")
    if not page.lines and wanted:
        return card(title, empty(tr("No line has this text"), tr("Look for another.")))
    if not page.lines:
        active = run.status in ACTIVE
        nothing = tr("Nothing was printed yet.") if active else tr("The cells printed nothing.")
        return card(title, empty(tr("An empty log"), nothing))
    shown = Markup('<pre class="code tall" tabindex="0" role="log" aria-live="off" aria-label="{}">{}</pre>').format(
        title, join((_line(line) for line in page.lines), "\n")
    )
    return card(title, shown, aside=_which_lines(len(page.lines), wanted))


def _which_lines(number: int, wanted: str) -> str:
    lines = count(number)
    if not wanted:
        return trn(number, "the latest {lines} line", "the latest {lines} lines", lines=lines)
    text = repr(wanted)
    return trn(
        number, "the latest {lines} line with {text}", "the latest {lines} lines with {text}", lines=lines, text=text
    )  # fmt: skip


def outputs(view: OutputsView) -> Markup:
    """The cells with their source and what they showed, some at a time."""
    if not view.total:
        return card(tr("Outputs"), empty(tr("No cells yet"), tr("The run left no notebook behind so far.")))
    drawn = stacked(*map(cell_outputs, view.cells))
    first, last = (view.cells[0].number, view.cells[-1].number) if view.cells else (0, 0)
    steps = [(tr("Cells before"), max(first - 1 - PAGE, 0))] if first > 1 else []
    steps += [(tr("Next cells"), last)] if 0 < last < view.total else []
    if not steps:
        return drawn
    buttons = join(button(label, CHOOSE, name="after", value=str(after)) for label, after in steps)
    return drawn + Markup('<nav class="pager screen-only" aria-label="{}">{}</nav>').format(tr("Cells"), buttons)


def cell_outputs(cell: CellOutputs) -> Markup:
    """What a cell showed, with its source folded away."""
    shown = [
        output(one.media_type, one.text, tr("Output {place} of cell {cell}", place=place, cell=cell.number))
        if one.text or not one.cut else _muted(tr("Too large to be shown here."))
        for place, one in enumerate(cell.outputs, 1)
    ]  # fmt: skip
    left = cell.more + sum(one.cut for one in cell.outputs)
    note = tr("cut: the executed notebook has the whole") if left else ""
    source = _folded(
        Markup("<code>{}</code>").format(next(iter(cell.source.strip().splitlines()), tr("(empty)"))),
        code(cell.source, tr("Source of cell {cell}", cell=cell.number)),
    ) if cell.source else NOTHING  # fmt: skip
    nothing = _muted(tr("It showed nothing.") if cell.ran else tr("It did not run."))
    return card(tr("Cell {cell}", cell=cell.number), stacked(source, *(shown or [nothing])), aside=note)


def _folded(summary: Content, text: Content) -> Markup:
    return Markup("<details><summary>{}</summary>{}</details>").format(summary, text)


def _muted(text: str) -> Markup:
    return Markup('<p class="muted">{}</p>').format(text)


def _line(line: LogLine) -> Markup:
    where = f"[{line.cell}] " if line.cell is not None else ""
    return Markup('<span class="muted">{}{}</span> {}').format(
        where, f"{local(line.at):%H:%M:%S}", line.text.rstrip("\n")
    )


def _progress(run: RunView) -> Content:
    if not run.cells_total:
        return "–"
    text = Markup('{}<span class="meter" aria-hidden="true"><span style="width:{}%"></span></span>').format(
        tr("{done} of {total}", done=run.cells_done, total=run.cells_total),
        round(100 * run.cells_done / run.cells_total),
    )  # fmt: skip
    if run.current_cell is not None and run.status in ACTIVE:
        text += Markup('<code class="sub oneline">{}</code>').format(run.current_cell.first_line)
    return text


def _seconds(cell: CellLine) -> float:
    if cell.seconds is None and cell.status == "running" and cell.started_at is not None:
        return max((now() - cell.started_at).total_seconds(), 0.0)
    return cell.seconds or 0.0


def _bar(begun: float, took_: float, state: State) -> Markup:
    width = max(100 * took_, 0.7)
    return Markup(
        '<span class="span" aria-hidden="true">'
        '<span class="{}" style="margin-inline-start:{}%;width:{}%"></span></span>'
    ).format(state, f"{min(100 * begun, 100 - width):.2f}", f"{width:.2f}")
