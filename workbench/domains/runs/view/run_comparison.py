"""How a run differs from another of the same pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from workbench.domains.runs.schemas import Difference, RunDiff, RunView
from workbench.ui.controls import choice, toolbar
from workbench.ui.formats import count, dated, duration, local, short
from workbench.ui.languages import mark, tr
from workbench.ui.parts import NOTHING, Column, Content, Way, card, empty, stacked, table
from workbench.ui.visit import Visit

from .run_parts import MOST_CELLS
from .words import badge, by_default, took

HIDDEN = mark(
    "You may see this run, but not its pipeline: its other runs are offered as far as they are shown to you."
)  # fmt: skip


def comparison(
    visit: Visit, run: RunView, others: Sequence[RunView], found: RunDiff | None, *, hidden: bool = False
) -> Markup:
    """How a run differs from another of the same pipeline, which one chooses; says where that pipeline is hidden."""
    if found is None:
        return card(tr("Compare"), _hidden(visit, run) if hidden else _nothing_else())
    options = {str(one.id): _option(one) for one in others}
    options.setdefault(str(found.other.id), _option(found.other))
    chosen = toolbar(choice(tr("Compare with the run of"), "with", options, str(found.other.id)))
    drawn = [chosen, _differences(visit, run, found, lead=tr(HIDDEN) if hidden else NOTHING)]
    if found.cells:
        heads = (
            Column(tr("Cell"), share=56), Column(tr("That run"), numeric=True), Column(tr("This run"), numeric=True),
        )  # fmt: skip
        lines = [
            (Markup('<code class="oneline">{}</code>').format(one.name), duration(one.before), duration(one.after))
            for one in found.cells
        ]
        drawn.append(table(tr("Time by cell"), heads, lines[:MOST_CELLS]))
    return stacked(*drawn)


def _differences(visit: Visit, run: RunView, found: RunDiff, lead: Content) -> Markup:
    there = Markup('<a href="{}">{}</a>').format(visit.link("runs", str(found.other.id)), tr("That run"))
    rows: list[tuple[Content, ...]] = [
        (tr("Status"), badge(found.other.status), badge(run.status), ""),
        (tr("Duration"), took(found.other), took(run), ""),
        (tr("Version"), _version(found.other), _version(run), ""),
    ]
    for kind, differences in (
        (tr("parameter"), found.parameters), (tr("metric"), found.metrics), (tr("rows written"), found.tables),
    ):  # fmt: skip
        rows += [_difference(one, kind) for one in differences]
    columns = (
        Column(tr("What"), share=34), Column(there, share=22), Column(tr("This run"), share=22), Column(tr("Kind")),
    )  # fmt: skip
    return table(tr("What differs"), columns, rows, lead=lead)


def _option(run: RunView) -> str:
    return f"{dated(local(run.submitted_at), '%d %b %H:%M')}, {tr(run.status)}"


def _nothing_else() -> Markup:
    return empty(tr("There is nothing to compare with"), tr("Another run of the same pipeline is needed."))


def _hidden(visit: Visit, run: RunView) -> Markup:
    ways = (
        [Way(tr("Ask for access"), href=visit.link("live", str(run.pipeline_id)))] if visit.has("live/{name}") else []
    )
    return empty(tr("Its other runs are not shown to you"), tr(HIDDEN), *ways)


def _difference(one: Difference, kind: str) -> tuple[Content, ...]:
    before, after = (
        by_default(_shown(value)) if side in one.defaults else _shown(value)
        for side, value in (("before", one.before), ("after", one.after))
    )
    return one.name, before, after, kind


def _shown(value: Any) -> Content:
    if isinstance(value, float):
        return short(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return count(value)
    return Markup('<span class="muted">{}</span>').format(tr("none")) if value is None else str(value)


def _version(run: RunView) -> str:
    return f"v{run.pipeline_version}" if run.pipeline_version is not None else "–"
