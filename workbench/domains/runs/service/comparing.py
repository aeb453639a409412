"""How one run differs from another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.core.context import Context
from workbench.domains.runs.models import Run
from workbench.domains.runs.schemas import Difference, RunDiff, RunView

from . import timeline, views
from .code import reads_code


def compare(ctx: Context, run: Run, other: Run) -> RunDiff:
    """What is not the same in a run as in another; cells only for who may read logs."""
    after, before = (views.one(ctx, ctx.db, one) for one in (run, other))
    cells: list[Difference] = []
    if ctx.may("runs:logs"):
        taken = [_seconds(ctx, one) for one in (other, run)]
        cells = list(_differences(*taken, every=True))
    return RunDiff(
        run=after,
        other=before,
        parameters=[_marked(one, before, after) for one in _differences(_values(before), _values(after))],
        metrics=list(_differences(before.metrics, after.metrics)),
        tables=list(_differences(_rows(before), _rows(after))),
        cells=cells,
    )


def _differences(before: Mapping[str, Any], after: Mapping[str, Any], *, every: bool = False) -> Iterator[Difference]:
    """By name, those of `after` first; the same ones too where `every` is wanted."""
    for name in [*after, *(name for name in before if name not in after)]:
        one, two = before.get(name), after.get(name)
        if every or one != two or (name in before) != (name in after):
            yield Difference(name=name, before=one, after=two)


def _values(run: RunView) -> dict[str, Any]:
    """The parameters that counted, given or not."""
    return {**run.parameters, **run.defaults}


def _marked(one: Difference, before: RunView, after: RunView) -> Difference:
    sides = (("before", before), ("after", after))
    return one.model_copy(update={"defaults": [side for side, run in sides if one.name in run.defaults]})


def _rows(run: RunView) -> dict[str, int | None]:
    return {use.name: use.rows for use in run.tables_written}


def _seconds(ctx: Context, run: Run) -> dict[str, float | None]:
    found = timeline.cells(ctx.workbench.settings, run, code=reads_code(ctx)).cells
    return {": ".join(filter(None, (str(cell.number), cell.first_line))): cell.seconds for cell in found}
