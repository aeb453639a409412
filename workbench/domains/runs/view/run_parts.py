"""The parts of a run's page, drawn from what operations answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from workbench.core.clock import now
from workbench.core.people import who
from workbench.domains.runs.schemas import (
    CellLine,
    CellOutputs,
    CellsView,
    Difference,
    LogLine,
    LogPage,
    OutputsView,
    RunDiff,
    RunView,
)  # fmt: skip
from workbench.ui.controls import CHOOSE, button, choice, code, facts, toolbar
from workbench.ui.formats import count, duration, local, plural, short, when
from workbench.ui.outputs import output
from workbench.ui.parts import NOTHING, Column, Content, State, Way, card, empty, join, stacked, status, table
from workbench.ui.visit import Visit

from .words import ACTIVE, badge, took, uses

HIDDEN = "You may see this run, but not its pipeline: its other runs are offered as far as they are shown to you."
CELLS: dict[str, tuple[State, str]] = {
    "completed": ("ok", "done"), "running": ("running", "running"), "failed": ("failed", "failed"),
    "pending": ("waiting", "waits"),
}  # fmt: skip
MOST_CELLS, PAGE = 400, 20
DEFAULT = Markup('<span class="muted">default</span>')


def summary(visit: Visit, run: RunView) -> Markup:
    """What is known of a run at a glance."""
    pairs: list[tuple[Content, Content]] = [
        *_pipeline(visit, run),
        ("Started", when(run.started_at) if run.started_at else "not yet"),
        ("Duration", took(run)),
        ("Cells", _progress(run)),
        ("By", who(run.submitted_by)),
    ]
    if run.rights_of != run.submitted_by:
        pairs.append(("In the name of", who(run.rights_of)))
    if run.pipeline_version is not None:
        pairs.append(("Version", Markup("v{}").format(run.pipeline_version)))
    if run.attempt > 1:
        pairs.append(("Attempt", str(run.attempt)))
    if run.retry_of is not None:
        again = Markup('<a href="{}">the run before</a>').format(visit.link("runs", str(run.retry_of)))
        pairs.append(("Again, after", again))
    pairs.append(("Tables read", uses(visit, run.tables_read)))
    pairs += [(name, Markup("<code>{}</code>").format(value)) for name, value in run.parameters.items()]
    pairs += [(name, Markup("<code>{}</code> {}").format(value, DEFAULT)) for name, value in run.defaults.items()]
    return card("Summary", facts(pairs))


def _pipeline(visit: Visit, run: RunView) -> list[tuple[Content, Content]]:
    """The way to what was run, where there is one."""
    if run.pipeline_id is None or not visit.has("pipelines/{name}"):
        return []
    address = visit.link("pipelines", str(run.pipeline_id))
    return [("Pipeline", Markup('<a href="{}">{}</a>').format(address, run.title))]


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
        if state == "waiting" and run.status not in ACTIVE:
            state, word = "off", "not run"
        begun = (cell.started_at - first).total_seconds() if cell.started_at and first else 0.0
        return (
            Markup('<span class="version">{}</span>').format(cell.number),
            (Markup('<code class="oneline">{}</code>').format(cell.first_line) if cell.first_line else NOTHING)
            + (_bar(begun / whole, _seconds(cell) / whole, state) if cell.started_at else NOTHING),
            status(state, word),
            duration(_seconds(cell)) if cell.started_at else "",
        )

    shown = "First line" if any(cell.first_line for cell in cells) else "When"  # code is not shown to everybody
    columns = (
        Column("Cell", numeric=True, share=6), Column(shown, share=60), Column("Status", share=18),
        Column("Duration", numeric=True, share=16),
    )  # fmt: skip
    more = f"the first {MOST_CELLS} of {count(len(cells))}" if len(cells) > MOST_CELLS else plural(len(cells), "cell")
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
                status("ok", "passed") if not check.failing else status("failed", f"{count(check.failing)} failed"),
                Markup("<code>{}</code>").format(check.rule),
                count(check.rows),
            )
            for check in run.checks
        ]
        columns = (Column("Result", share=16), Column("Check"), Column("Rows", numeric=True))
        drawn.append(table("Checks", columns, rows))
    return stacked(*drawn) if drawn else NOTHING


def log(run: RunView, page: LogPage, wanted: str = "") -> Markup:
    """The end of what the cells printed, or of those lines that have a text."""
    if not page.lines:
        nothing = "Nothing was printed yet." if run.status in ACTIVE else "The cells printed nothing."
        return card(
            "Log", empty("No line has this text", "Look for another.") if wanted else empty("An empty log", nothing)
        )
    lines = join((_line(line) for line in page.lines), "\n")
    shown = Markup('<pre class="code tall" tabindex="0" role="log" aria-live="off" aria-label="Log">{}</pre>').format(
        lines
    )
    few = f" with {wanted!r}" if wanted else ""
    return card("Log", shown, aside=f"the latest {plural(len(page.lines), 'line')}{few}")


def outputs(view: OutputsView) -> Markup:
    """The cells with their source and what they showed, some at a time."""
    if not view.total:
        return card("Outputs", empty("No cells yet", "The run left no notebook behind so far."))
    drawn = stacked(*map(cell_outputs, view.cells))
    first, last = (view.cells[0].number, view.cells[-1].number) if view.cells else (0, 0)
    before = button("Cells before", CHOOSE, name="after", value=str(max(first - 1 - PAGE, 0))) if first > 1 else NOTHING
    more = button("Next cells", CHOOSE, name="after", value=str(last)) if 0 < last < view.total else NOTHING
    if not before and not more:
        return drawn
    return drawn + Markup('<nav class="pager screen-only" aria-label="Cells">{}{}</nav>').format(before, more)


def cell_outputs(cell: CellOutputs) -> Markup:
    """What a cell showed, with its source folded away."""
    shown = [
        output(one.media_type, one.text, f"Output {place} of cell {cell.number}")
        if one.text or not one.cut else Markup('<p class="muted">Too large to be shown here.</p>')
        for place, one in enumerate(cell.outputs, 1)
    ]  # fmt: skip
    left = cell.more + sum(one.cut for one in cell.outputs)
    note = "cut: the executed notebook has the whole" if left else ""
    source = Markup("<details><summary>{}</summary>{}</details>").format(
        Markup("<code>{}</code>").format(next(iter(cell.source.strip().splitlines()), "(empty)")),
        code(cell.source, f"Source of cell {cell.number}"),
    ) if cell.source else NOTHING  # fmt: skip
    nothing = Markup('<p class="muted">{}</p>').format("It showed nothing." if cell.ran else "It did not run.")
    return card(f"Cell {cell.number}", stacked(source, *(shown or [nothing])), aside=note)


def comparison(
    visit: Visit, run: RunView, others: Sequence[RunView], found: RunDiff | None, *, hidden: bool = False
) -> Markup:
    """How a run differs from another of the same pipeline, which one chooses; says where that pipeline is hidden."""
    if found is None:
        return card("Compare", _hidden(visit, run) if hidden else NOTHING_ELSE)
    options = {str(one.id): f"{local(one.submitted_at):%d %b %H:%M}, {one.status}" for one in others}
    options.setdefault(str(found.other.id), f"{local(found.other.submitted_at):%d %b %H:%M}, {found.other.status}")
    chosen = toolbar(choice("Compare with the run of", "with", options, str(found.other.id)))
    there = Markup('<a href="{}">That run</a>').format(visit.link("runs", str(found.other.id)))
    rows: list[tuple[Content, ...]] = [
        ("Status", badge(found.other.status), badge(run.status), ""),
        ("Duration", took(found.other), took(run), ""),
        ("Version", _version(found.other), _version(run), ""),
    ]
    for kind, differences in (
        ("parameter", found.parameters),
        ("metric", found.metrics),
        ("rows written", found.tables),
    ):
        rows += [_difference(one, kind) for one in differences]
    columns = (Column("What", share=34), Column(there, share=22), Column("This run", share=22), Column("Kind"))
    drawn = [chosen, table("What differs", columns, rows, lead=HIDDEN if hidden else NOTHING)]
    if found.cells:
        heads = (Column("Cell", share=56), Column("That run", numeric=True), Column("This run", numeric=True))
        lines = [
            (Markup('<code class="oneline">{}</code>').format(one.name), duration(one.before), duration(one.after))
            for one in found.cells
        ]
        drawn.append(table("Time by cell", heads, lines[:MOST_CELLS]))
    return stacked(*drawn)


NOTHING_ELSE = empty("There is nothing to compare with", "Another run of the same pipeline is needed.")


def _hidden(visit: Visit, run: RunView) -> Markup:
    ask = Way("Ask for access", href=visit.link("live", str(run.pipeline_id)))
    return empty("Its other runs are not shown to you", HIDDEN, *([ask] if visit.has("live/{name}") else []))


def _difference(one: Difference, kind: str) -> tuple[Content, ...]:
    before, after = (
        Markup("{} {}").format(_shown(value), DEFAULT) if side in one.defaults else _shown(value)
        for side, value in (("before", one.before), ("after", one.after))
    )
    return one.name, before, after, kind


def _shown(value: Any) -> Content:
    if isinstance(value, float):
        return short(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return count(value)
    return Markup('<span class="muted">none</span>') if value is None else str(value)


def _version(run: RunView) -> str:
    return f"v{run.pipeline_version}" if run.pipeline_version is not None else "–"


def _line(line: LogLine) -> Markup:
    where = f"[{line.cell}] " if line.cell is not None else ""
    return Markup('<span class="muted">{}{}</span> {}').format(
        where, f"{local(line.at):%H:%M:%S}", line.text.rstrip("\n")
    )


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
