"""Where a run stands while it runs: a bar on a terminal, plain lines elsewhere, and what its cells print."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO
from uuid import UUID

from workbench.core.errors import Invalid

from .printing import clean

if TYPE_CHECKING:
    from workbench.core.caller import Caller

Watch = Callable[[Any], None]
PAGE = 1000


@dataclass(frozen=True, slots=True)
class Shown:
    """How a run is shown: `watch` takes each new view of it, `tick` shows what it has printed since."""

    watch: Watch
    tick: Callable[[], None]


@contextmanager
def shown(caller: Caller, run_id: UUID, flags: argparse.Namespace) -> Iterator[Shown]:
    """Show a run as the flags ask."""
    with ExitStack() as stack:
        watch: Watch = _ignore
        if flags.progress_bar is not False and not flags.log_output:
            watch = _bar(stack) if sys.stderr.isatty() else _lines()
        sinks: list[TextIO] = [sys.stderr] if flags.log_output else []
        if flags.stdout_file:
            sinks.append(stack.enter_context(_opened(flags.stdout_file)))
        if flags.stderr_file:  # the engine keeps one stream
            stack.enter_context(_opened(flags.stderr_file))
        yield Shown(watch, _log(caller, run_id, sinks) if sinks else lambda: None)


def _ignore(_: Any) -> None:
    """Show nothing."""


def _opened(name: str) -> TextIO:
    try:
        return Path(name).open("w", encoding="utf-8")
    except OSError as error:
        raise Invalid(f"{name} cannot be written: {error.strerror}.", fix="Choose another file.") from None


def standing(run: Any) -> str:
    """Where a run stands, in words."""
    if run.status != "running" or run.cells_total is None:
        return str(run.status)
    cell = run.current_cell
    text = f"cell {cell.number if cell else run.cells_done} of {run.cells_total}"
    return clean(f"{text}  {cell.first_line[:60]}" if cell else text)


def _lines() -> Watch:
    said: list[str] = []

    def watch(run: Any) -> None:
        text = str(run.status)
        if text not in said[-1:]:
            said.append(text)
            print(f"{clean(run.title)}: {text}", file=sys.stderr, flush=True)

    return watch


def _bar(stack: ExitStack) -> Watch:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False), BarColumn(),
        TextColumn("{task.fields[standing]}", markup=False), TimeElapsedColumn(),
    )  # fmt: skip
    bar = stack.enter_context(Progress(*columns, console=Console(stderr=True), transient=True))
    task = bar.add_task("run", standing="")

    def watch(run: Any) -> None:
        bar.update(
            task,
            description=clean(run.title),
            total=run.cells_total,
            completed=run.cells_done,
            standing=standing(run),
        )

    return watch


def _log(caller: Caller, run_id: UUID, sinks: list[TextIO]) -> Callable[[], None]:
    seen = 0

    def tick() -> None:
        nonlocal seen
        while lines := caller.call("runs.logs", id=str(run_id), after=seen, limit=PAGE).lines:
            seen = lines[-1].number
            for sink in sinks:
                sink.writelines(f"{clean(line.text) if sink.isatty() else line.text}\n" for line in lines)
                sink.flush()

    return tick
