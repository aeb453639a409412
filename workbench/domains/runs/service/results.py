"""What runs leave behind: metrics, figures, checks and logs."""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from workbench.core import events
from workbench.core.context import Context
from workbench.core.errors import Invalid, NotFound, NotPermitted
from workbench.core.settings import Settings
from workbench.domains.runs.models import ENDED, Run, RunCheck, RunFigure, RunMetric
from workbench.domains.runs.schemas import LogLine, LogPage, ReadLog

from . import ledger
from .logfile import TRACEBACK

MEDIA_TYPES = ("image/png", "image/svg+xml", "text/html", "application/vnd.bokeh.item+json")


def own(ctx: Context, run: Run) -> Run:
    """The run within which the caller acts; only the run itself may record results.

    Raises:
        NotPermitted: the caller is not within this run.
        LeaseLost: the attempt was given up.
    """
    if ctx.run is None or ctx.run.run_id != run.id:
        raise NotPermitted("Results are recorded from within the run.", fix="Call wb.log_metric in the run's notebook.")
    return ledger.fenced(ctx.db, run.id, ctx.run.lease_token)


def log_metric(ctx: Context, run: Run, name: str, value: float) -> None:
    """Record a figure; the last of a name counts.

    Raises:
        Invalid: the value is not a finite number.
    """
    if not math.isfinite(value):
        raise Invalid(f"The metric {name!r} is {value}, which is not a finite number.")
    run = own(ctx, run)
    ctx.db.execute(
        delete(RunMetric).where(RunMetric.run_id == run.id, RunMetric.attempt == run.attempt, RunMetric.name == name)
    )
    ctx.db.add(RunMetric(run_id=run.id, attempt=run.attempt, name=name, value=value))
    _announce(ctx.db, run, "run.metric", {"name": name, "value": value})


def log_figure(ctx: Context, run: Run, name: str, media_type: str, content: bytes) -> None:
    """Record a plot; the last of a name counts.

    Raises:
        Invalid: the media type is none that pages can show.
    """
    if media_type not in MEDIA_TYPES:
        raise Invalid(f"A figure of type {media_type!r} cannot be shown.", fix=f"Use one of {', '.join(MEDIA_TYPES)}.")
    run = own(ctx, run)
    mine = (RunFigure.run_id == run.id, RunFigure.attempt == run.attempt, RunFigure.label == name)
    ctx.db.execute(delete(RunFigure).where(*mine))
    ctx.db.add(
        RunFigure(
            workspace_id=run.workspace_id, run_id=run.id, attempt=run.attempt,
            label=name, media_type=media_type, content=content,
        )
    )  # fmt: skip
    _announce(ctx.db, run, "run.figure", {"name": name})


def record_check(ctx: Context, run: Run, rule: str, rows: int, failing: int) -> None:
    """Record a quality check."""
    run = own(ctx, run)
    ctx.db.add(RunCheck(run_id=run.id, attempt=run.attempt, rule=rule, rows=rows, failing=failing))
    _announce(ctx.db, run, "run.check", {"rule": rule, "rows": rows, "failing": failing})


def figure(db: Session, run: Run, name: str) -> RunFigure:
    """A figure of the run's current attempt.

    Raises:
        NotFound: the run has none of that name.
    """
    mine = (RunFigure.run_id == run.id, RunFigure.attempt == run.attempt, RunFigure.label == name)
    found = db.scalars(select(RunFigure).where(*mine)).one_or_none()
    if found is None:
        raise NotFound(f"The run has no figure {name!r}.", code="figure_not_found")
    return found


def read_log(settings: Settings, run: Run, asked: ReadLog, *, code: bool) -> LogPage:
    """Lines of the current attempt's log: those behind a line, or the last; where a text is asked for, with that.

    Without `code` those that quote it are left out.
    """
    found = _numbered(ledger.attempt_folder(settings, run.id, run.attempt) / "log.jsonl", asked.after)
    if not code:
        found = ((number, line) for number, line in found if json.loads(line)["stream"] != TRACEBACK)
    if asked.q is not None:
        wanted = asked.q.casefold()
        found = ((number, line) for number, line in found if wanted in json.loads(line)["text"].casefold())
    lines = list(islice(found, asked.limit)) if asked.last is None else list(deque(found, asked.last))
    return LogPage(
        lines=[LogLine(number=number, **json.loads(line)) for number, line in lines],
        complete=run.status in ENDED and (asked.last is not None or len(lines) < asked.limit),
    )


def output_notebook(settings: Settings, run: Run) -> Path:
    """The executed copy of the notebook, as far as it came.

    Raises:
        NotFound: nothing was executed yet.
    """
    path = ledger.attempt_folder(settings, run.id, run.attempt) / "output.ipynb"
    if not path.exists():
        raise NotFound(f"The run has no output yet: it is {run.status}.", code="output_not_found")
    return path


def _numbered(path: Path, after: int) -> Iterator[tuple[int, bytes]]:
    if not path.exists():
        return
    with path.open("rb") as log:
        for number, line in enumerate(islice(log, after, None), after + 1):
            if line.endswith(b"\n"):  # one without its end is still being written
                yield number, line


def _announce(db: Session, run: Run, name: str, data: dict[str, Any]) -> None:
    events.emit(
        db, name, workspace_id=run.workspace_id, object_id=run.id, owner_id=run.owner_id,
        permission="runs:read", data=data,
    )  # fmt: skip
