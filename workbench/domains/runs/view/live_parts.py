"""The parts of a live page, drawn from what operations answer."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from workbench.core.clock import late, now
from workbench.core.people import who
from workbench.domains.runs.schemas import CellOutputs, RunView
from workbench.ui.controls import CHOOSE, button, code, facts, snippet
from workbench.ui.formats import short, when
from workbench.ui.freshness import as_of, run_link
from workbench.ui.languages import tr
from workbench.ui.parts import NOTHING, Content, Figure, card, empty, figures, join, stacked
from workbench.ui.schema_forms import schema_form
from workbench.ui.shell import heading
from workbench.ui.visit import Visit

from .provenance import Kind, logged_in
from .run_figures import called
from .run_parts import cell_outputs, failure
from .words import ACTIVE, badge, given, how_to_run, took, uses

MOST_TICKS, MOST_OUTPUTS, MOST_NUMBERS = 60, 40, 24
METRIC, FIGURE = "metric.", "figure."


def form(schema: Mapping[str, Any], values: Mapping[str, Any], wrong: Mapping[str, str]) -> Markup:
    """The parameters; what is chosen runs the pipeline by itself."""
    drawn = schema_form(schema, "run", tr("Run", context="verb"), values=values, wrong=wrong, changed="changed")
    return card(tr("Parameters"), drawn)


def fresh(visit: Visit, run: RunView, late_after: float | None) -> Content:
    """As of when the figures are, and from which run; in amber where that is more hours ago than is allowed."""
    written = run.finished_at or run.submitted_at
    return as_of(visit, written, run.id, now(), late=late(written, late_after))


def progress(visit: Visit, run: RunView) -> Markup:
    """How the newest run stands: its cells tick."""
    at = run.current_cell
    said: list[Content] = [
        Markup('<p class="between"><span>{}</span><span>{}</span></p>').format(badge(run.status), took(run))
    ]
    if run.cells_total:
        said.append(_ticks(run.cells_done, run.cells_total, at.number if at else 0))
        place = (
            tr("cell {cell} of {total}", cell=at.number, total=run.cells_total)
            if at
            else tr("{done} of {total} cells", done=run.cells_done, total=run.cells_total)
        )
        line = Markup('<code class="oneline">{}</code>').format(at.first_line) if at and at.first_line else NOTHING
        said.append(Markup('<p class="sub">{}</p>{}').format(place, line))
    title = tr("Running") if run.status in ACTIVE else tr("Newest run")
    drawn = card(title, join(said), aside=run_link(visit, run.id, hers=True))
    return stacked(drawn, failure(run)) if run.error is not None else drawn


def _ticks(done: int, total: int, at: int) -> Markup:
    """A mark for each cell, filled where it is done; of many cells a mark stands for several."""
    marks = min(total, MOST_TICKS)
    states = ["past" if (place + 1) * total <= done * marks else "" for place in range(marks)]
    if at and (here := min((at - 1) * marks // total, marks - 1)) >= 0:
        states[here] = states[here] or "here"
    return Markup(
        '<div class="ticks" role="progressbar" aria-label="{}" aria-valuemin="0" aria-valuemax="{}" '
        'aria-valuenow="{}">{}</div>'
    ).format(tr("Cells"), total, done, join(Markup('<span class="{}"></span>').format(state) for state in states))


def nothing_yet(runnable: bool, newest: RunView | None, schema: Mapping[str, Any]) -> Markup:
    """What to do where no run has succeeded."""
    if newest is not None and newest.status in ACTIVE:
        title, text = tr("The first run is under way"), tr("What it shows appears here when it has succeeded.")
    elif newest is not None and newest.error is not None:
        title, text = tr("No run has succeeded yet"), tr("Why the newest did not is told beside the form.")
    else:
        title, text = tr("It has not run yet"), tr("What the notebook shows appears here.")
        text = f"{how_to_run(runnable, schema)} {text}"
    return card(tr("Figures"), empty(title, text))


def values(run: RunView) -> Markup:
    """The values that what is shown was made with: the form may say others by now."""
    said = given(run)
    return Markup('<p class="sub made-with">{}</p>').format(tr("With {values}", values=said)) if said else NOTHING


def numbers(run: RunView, sources: Sources, behind: str) -> Markup:
    """The metrics of a run, each of which says where it comes from when it is pressed."""
    if not run.metrics:
        return NOTHING
    return figures(*(
        Figure(called(name), _pressed(short(value), METRIC + name, behind, _behind_it(name)),
               Markup('<span class="muted">{}</span>').format(sources.place("metric", name)))
        for name, value in islice(run.metrics.items(), MOST_NUMBERS)
    ))  # fmt: skip


def _behind_it(name: str) -> str:
    return tr("{name}: what is behind it", name=called(name))


def _pressed(shown: Content, what: str, behind: str, label: str) -> Markup:
    now = behind == what
    return Markup(
        '<button type="button" class="number-of" data-act="{}" data-name="behind" data-value="{}" aria-expanded="{}" '
        'title="{}">{}</button>'
    ).format(CHOOSE, "" if now else what, str(now).lower(), label, shown)


@dataclass(frozen=True)
class Sources:
    """Where the numbers and figures of a run come from: its cells, where they may be seen, and its tables."""

    visit: Visit
    run: RunView
    cells: Sequence[CellOutputs]

    @cached_property
    def _logged(self) -> dict[tuple[Kind, str], CellOutputs]:
        return logged_in(self.cells)

    def place(self, kind: Kind, name: str) -> str:
        """The cell that logged something, in words; where that is not known, the table that came of the run."""
        cell = self._logged.get((kind, name))
        if cell is not None:
            return tr("cell {cell}", cell=cell.number)
        return next((f"{use.name} v{use.version}" for use in self.run.tables_written if use.version is not None), "")

    def head(self, name: str, title: str, behind: str) -> Markup:
        """The head of a figure's card, with what is behind it to press."""
        now = behind == FIGURE + name
        act = button(
            tr("Where from?"), CHOOSE, name="behind", value="" if now else FIGURE + name, tone="quiet", pressed=now
        )
        return heading(
            title, Markup('<span class="sub inline-sub">{}</span> {}').format(self.place("figure", name), act)
        )

    def behind_metric(self, behind: str) -> Content:
        """What is behind the metric that was pressed; nothing where none was."""
        name = behind.removeprefix(METRIC)
        if name == behind or name not in self.run.metrics:
            return NOTHING
        aside = button(tr("Close"), CHOOSE, name="behind", tone="quiet")
        told = self._told("metric", name, repr(self.run.metrics[name]))
        return card(tr("Behind {name}", name=called(name)), told, aside=aside)

    def behind_figure(self, name: str, behind: str) -> Content:
        """What is behind a figure, where that was pressed."""
        return self._told("figure", name, "") if behind == FIGURE + name else NOTHING

    def _told(self, kind: Kind, name: str, value: str) -> Markup:
        run, cell = self.run, self._logged.get((kind, name))
        pairs: list[tuple[Content, Content]] = [(tr("Value"), value)] if value else []
        pairs += [
            (tr("Run"), join([run_link(self.visit, run.id, hers=True), " ", badge(run.status)])),
            (tr("By"), who(run.submitted_by)),
            (tr("When"), when(run.finished_at or run.submitted_at)),
        ]
        if run.pipeline_version is not None:
            pairs.append((tr("Version"), f"v{run.pipeline_version}"))
        pairs += [
            (tr("Tables read"), uses(self.visit, run.tables_read)),
            (tr("Tables written"), uses(self.visit, run.tables_written)),
        ]
        pairs += [(name, Markup("<code>{}</code>").format(given)) for name, given in run.parameters.items()]
        told: list[Content] = [facts(pairs)]
        if cell is not None:
            told.append(Markup('<p class="sub">{}</p>').format(tr("Cell {cell}", cell=cell.number)))
            told.append(code(cell.source.strip(), tr("Source of cell {cell}", cell=cell.number)))
        return Markup('<div class="behind">{}</div>').format(join(told))


def outputs(cells: Sequence[CellOutputs]) -> Content:
    """What the cells showed, where they logged no figure."""
    shown = [cell for cell in cells if cell.outputs][:MOST_OUTPUTS]
    return stacked(*map(cell_outputs, shown)) if shown else NOTHING


def by_program(visit: Visit, pipeline: str, parameters: Mapping[str, Any]) -> Markup:
    """The same run as a call of the API, to copy; the token is the reader's to make."""
    base = visit.origin + visit.home.rstrip("/")
    workspace, name = quote(visit.place, safe=""), quote(pipeline, safe="")
    asked = json.dumps({"parameters": dict(parameters)}, ensure_ascii=False)
    curl = "\n  ".join((
        f"curl {shlex.quote(f'{base}/workbench/api/v1/w/{workspace}/pipelines/{name}/runs')} \\",
        '-H "Authorization: Bearer $TOKEN" \\', "-H 'Content-Type: application/json' \\", f"-d {shlex.quote(asked)}",
    ))  # fmt: skip
    there = f", workspace={visit.place!r}" if visit.place != "default" else ""
    python = "\n".join((
        "import os", "from workbench.client import Client", "",
        f'client = Client({base!r}, os.environ["TOKEN"]{there})',
        f"run = client.runs.start(id={pipeline!r}, parameters={dict(parameters)!r})",
        "print(client.runs.show(id=str(run.id)).status)",
    ))  # fmt: skip
    where = Markup("<code>workbench tokens create --name live</code>")
    if visit.has("sessions"):
        where = Markup('<a href="{}">{}</a>').format(visit.link("sessions"), tr("Sessions and tokens"))
    token = tr(
        "The same by a call. {where} shows a token, once; put it into the variable {variable}.",
        where=where, variable=Markup("<code>TOKEN</code>"),
    )  # fmt: skip
    return card(tr("From a program"), Markup('<div class="asking"><p class="sub">{}</p>{}{}</div>').format(
        token, snippet(curl, "curl"), snippet(python, "Python")
    ))  # fmt: skip
