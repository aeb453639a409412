"""The parts of a run's page, drawn from what operations answer."""

from __future__ import annotations

from markupsafe import Markup

from workbench.core.clock import now
from workbench.domains.runs.schemas import CellLine, CellsView, LogLine, LogPage, RunView
from workbench.ui.controls import code, facts
from workbench.ui.formats import count, duration, short, when
from workbench.ui.parts import NOTHING, Column, Content, State, card, empty, join, stacked, status, table
from workbench.ui.visit import Visit

from .words import ACTIVE, took, uses

CELLS: dict[str, tuple[State, str]] = {
    "completed": ("ok", "done"), "running": ("running", "running"), "failed": ("failed", "failed"),
    "pending": ("waiting", "waits"),
}  # fmt: skip
MOST_CELLS = 400


def summary(visit: Visit, run: RunView) -> Markup:
    """What is known of a run at a glance."""
    pairs: list[tuple[Content, Content]] = [
        ("Started", when(run.started_at) if run.started_at else "not yet"),
        ("Duration", took(run)),
        ("Cells", _progress(run)),
        ("By", run.submitted_by),
    ]
    if run.rights_of != run.submitted_by:
        pairs.append(("In the name of", run.rights_of))
    if run.pipeline_version is not None:
        pairs.append(("Version", Markup("v{}").format(run.pipeline_version)))
    if run.attempt > 1:
        pairs.append(("Attempt", str(run.attempt)))
    if run.retry_of is not None:
        again = Markup('<a href="{}">the run before</a>').format(visit.link("runs", str(run.retry_of)))
        pairs.append(("Again, after", again))
    pairs.append(("Tables read", uses(visit, run.tables_read)))
    pairs += [(name, Markup("<code>{}</code>").format(value)) for name, value in run.parameters.items()]
    return card("Summary", facts(pairs))


def failure(run: RunView) -> Markup:
    """Why a run did not succeed, and the way out; nothing where it did."""
    if run.error is None:
        return NOTHING
    error = run.error
    at = f" in cell {error.cell}" if error.cell else ""
    parts: list[Content] = [Markup('<p class="title">{}</p>').format(status("failed", f"{error.name}{at}"))]
    parts.append(Markup("<p>{}</p>").format(error.message))
    if error.fix:
        parts.append(Markup("<p><b>What helps:</b> {}</p>").format(error.fix))
    if error.traceback:
        text = code(error.traceback, "Traceback")
        parts.append(Markup("<details><summary>Traceback</summary>{}</details>").format(text))
    return Markup('<div class="notice problem" role="alert">{}</div>').format(join(parts))


def timeline(run: RunView, view: CellsView) -> Markup:
    """A bar for each cell: when it began and how long it took."""
    cells = view.cells
    if not cells:
        waits = "The run has not begun." if run.status in ACTIVE else "The run left no notebook behind."
        return card("Cells", empty("No cells yet", waits))
    starts = [cell.started_at for cell in cells if cell.started_at is not None]
    first = min(starts) if starts else None
    ends = [(cell.started_at - first).total_seconds() + _seconds(cell) for cell in cells if cell.started_at and first]
    whole = max(ends, default=0.0) or 1.0

    def row(cell: CellLine) -> tuple[Content, ...]:
        state, word = CELLS[cell.status]
        begun = (cell.started_at - first).total_seconds() if cell.started_at and first else 0.0
        return (
            Markup('<span class="version">{}</span>').format(cell.number),
            Markup('<code class="oneline">{}</code>').format(cell.first_line or "(empty)")
            + (_bar(begun / whole, _seconds(cell) / whole, state) if cell.started_at else NOTHING),
            status(state, word),
            duration(_seconds(cell)) if cell.started_at else "",
        )

    columns = (
        Column("Cell", numeric=True, share=6), Column("First line, and when", share=60), Column("Status", share=18),
        Column("Took", numeric=True, share=16),
    )  # fmt: skip
    more = f"the first {MOST_CELLS} of {count(len(cells))}" if len(cells) > MOST_CELLS else f"{count(len(cells))} cells"
    return table("Cells", columns, [row(cell) for cell in cells[:MOST_CELLS]], aside=more)


def tables(visit: Visit, run: RunView) -> Markup:
    """The tables that a run wrote."""
    waits = "What a run writes is seen once it has succeeded." if run.status in ACTIVE else "This run wrote no table."
    if not run.tables_written:
        return card("Tables written", empty("No tables", waits))
    rows = [(uses(visit, [use]), count(use.rows)) for use in run.tables_written]
    return table("Tables written", (Column("Table"), Column("Rows", numeric=True)), rows)


def results(run: RunView) -> Markup:
    """What a run logged of itself: figures and checks; nothing where it logged neither."""
    drawn = []
    if run.metrics:
        pairs = [(name, Markup("<b>{}</b>").format(short(value))) for name, value in run.metrics.items()]
        drawn.append(card("Metrics", facts(pairs)))
    if run.checks:
        rows = [
            (
                status("ok", "passed") if not check.failing else status("failed", f"{count(check.failing)} fail"),
                Markup("<code>{}</code>").format(check.rule),
                count(check.rows),
            )
            for check in run.checks
        ]
        columns = (Column("Result", share=16), Column("Check"), Column("Rows", numeric=True))
        drawn.append(table("Checks", columns, rows))
    return stacked(*drawn) if drawn else NOTHING


def log(run: RunView, page: LogPage) -> Markup:
    """The end of what the cells printed."""
    if not page.lines:
        nothing = "Nothing was printed yet." if run.status in ACTIVE else "The cells printed nothing."
        return card("Log", empty("An empty log", nothing))
    lines = join((_line(line) for line in page.lines), "\n")
    shown = Markup('<pre class="code" tabindex="0" role="log" aria-live="off" aria-label="Log">{}</pre>').format(lines)
    return card("Log", shown, aside=f"the latest {count(len(page.lines))} lines")


def _line(line: LogLine) -> Markup:
    where = f"[{line.cell}] " if line.cell is not None else ""
    return Markup('<span class="muted">{}{}</span> {}').format(where, f"{line.at:%H:%M:%S}", line.text.rstrip("\n"))


def _progress(run: RunView) -> Content:
    if not run.cells_total:
        return "–"
    text = Markup('{} of {}<span class="meter" aria-hidden="true"><span style="width:{}%"></span></span>').format(
        run.cells_done, run.cells_total, round(100 * run.cells_done / run.cells_total)
    )
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
