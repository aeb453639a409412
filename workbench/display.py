"""Shows how runs get on: a bar on a terminal, plain lines elsewhere; always on stderr."""

from __future__ import annotations

import re
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

SIGNS = {"succeeded": "●", "failed": "■", "crashed": "■", "cancelled": "▲"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Lines:
    """One line for each thing that happens, for logs and files."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held open."""

    def say(self, text: str) -> None:
        """Say something that happened."""
        print(clean(text), file=self._stream, flush=True)

    def show(self, title: str, run: Any) -> None:
        """Say where a run stands, when that has changed."""
        text = f"  {title}: {standing(run)}"
        if text != self._last:
            self._last = text
            self.say(text)

    def end(self, title: str, run: Any) -> None:
        """Say how a run ended."""
        self.say(verdict(title, run))


class Bars(Lines):
    """A bar for the run under way, with the lines above it."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        super().__init__(stream)
        self._progress: Progress = Progress(
            SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(),
            TextColumn("{task.fields[standing]}", markup=False), TimeElapsedColumn(),
            console=Console(file=stream), transient=True,
        )  # fmt: skip
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away, whatever happened."""
        self._progress.stop()

    def say(self, text: str) -> None:
        """Say something above the bar."""
        self._progress.console.print(clean(text), markup=False, highlight=False, soft_wrap=True)

    def show(self, title: str, run: Any) -> None:
        """Move the bar of a run."""
        if self._task is None:
            self._task = self._progress.add_task(title, standing="")
        cell = f"  {run.current_cell.first_line[:60]}" if run.current_cell else ""
        self._progress.update(
            self._task, description=clean(title), total=run.cells_total, completed=run.cells_done,
            standing=clean(standing(run) + cell),
        )  # fmt: skip

    def end(self, title: str, run: Any) -> None:
        """Take the run's bar away and say how it ended."""
        if self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None
        super().end(title, run)


def display(stream: TextIO | None = None) -> Lines:
    """The display that suits a stream, stderr when none is given."""
    stream = stream or sys.stderr
    return Bars(stream) if stream.isatty() else Lines(stream)


def clean(text: str) -> str:
    """Text without what would steer the terminal."""
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)


def standing(run: Any) -> str:
    """Where a run stands: cell k of n while it runs, its status otherwise."""
    if run.status == "running" and run.cells_total:
        cell = run.current_cell.number if run.current_cell else min(run.cells_done + 1, run.cells_total)
        return f"cell {cell} of {run.cells_total}"
    return str(run.status)


def verdict(title: str, run: Any) -> str:
    """One line about an ended run: sign, title, cells, the rows of each table, seconds; or the cause of a failure."""
    parts = [f"{SIGNS[run.status]} {title}"]
    if run.status != "succeeded":
        parts.append(str(run.status))
    parts.append(f"{run.cells_done} of {run.cells_total or 0} cells")
    parts += [f"{table.name} {table.rows:,} rows" for table in run.tables_written if table.rows is not None]
    if run.started_at and run.finished_at:
        parts.append(f"{(run.finished_at - run.started_at).total_seconds():.1f} s")
    return ", ".join(parts)
