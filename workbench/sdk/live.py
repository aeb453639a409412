"""A started run as a live box in a notebook, and as plain text elsewhere."""

from __future__ import annotations

import html
import threading
import time
from collections import deque
from contextlib import suppress
from typing import Any

from workbench.core.caller import Caller
from workbench.core.errors import NotPermitted, TimedOut, Unavailable, WorkbenchError
from workbench.display import SIGNS
from workbench.domains.runs.models import ENDED
from workbench.foreground import Log, follow, succeeded

LOG_LINES = 200
BUSY_SECONDS = 1.0


class LiveRun:
    """A run that was started; follows it in a thread until it has ended."""

    def __init__(self, caller: Caller, run: Any) -> None:
        self._caller, self._run = caller, run
        self._ended = threading.Event()
        self._error: Exception | None = None
        self._box: _Box | None = None
        self._log: Log | None = Log(caller)
        self._lines: deque[str] = deque(maxlen=LOG_LINES)
        self._drawing = threading.Lock()
        self._thread = threading.Thread(target=self._follow, name=f"run-{run.id}", daemon=True)
        self._thread.start()

    @property
    def id(self) -> str:
        """The run's id."""
        return str(self._run.id)

    @property
    def status(self) -> str:
        """Where the run stands now."""
        return str(self._run.status)

    def cancel(self) -> None:
        """Ask the run to stop.

        Raises:
            Conflict: it has ended.
        """
        self._caller.call("runs.cancel", id=self.id)

    def wait(self, timeout: float | None = None) -> LiveRun:
        """Wait for the end.

        Raises:
            TimedOut: `timeout` seconds have passed before.
            Exception: the run cannot be followed any more, for this reason.
        """
        if not self._ended.wait(timeout):
            raise TimedOut(f"Run {self.id} is still {self.status} after {timeout} s.")
        if self._error is not None:
            raise self._error
        return self

    def result(self, timeout: float | None = None) -> Any:
        """Wait for the end and answer the run.

        Raises:
            RunFailed: it did not succeed.
        """
        return succeeded(self.wait(timeout)._run)

    def _follow(self) -> None:
        try:
            while not self._followed():
                time.sleep(BUSY_SECONDS)
        except Exception as error:  # noqa: BLE001 - it is raised again where somebody waits for the run
            self._error = error
        finally:
            self._ended.set()

    def _followed(self) -> bool:
        """Follow the run; False where the home or the server has no time, while the run goes on."""
        try:
            for run in follow(self._caller, self._run.id):
                self._run = run
                self._draw()
        except Unavailable:
            return False
        return True

    def _draw(self) -> None:
        if self._box is None:
            return
        with self._drawing:
            try:
                self._lines.extend(self._log.new(self._run) if self._log else ())
            except NotPermitted:
                self._log = None  # who may not read logs still sees how far it is
            self._box.show(self._run, "\n".join(self._lines))

    def __repr__(self) -> str:
        return headline(self._run) + f"  {self.id}"

    def _ipython_display_(self) -> None:
        from IPython.display import display

        if has_widgets():
            display(self.box())
        else:
            print(repr(self))  # noqa: T201 - a notebook's plain display

    def box(self) -> Any:
        """The widget that shows the run as it goes; the one that it had before stands still."""
        self._box = _Box(self)
        with suppress(Unavailable):  # the next time that it is drawn will do
            self._draw()
        return self._box.widget


def headline(run: Any) -> str:
    """One line about a run: sign, title, status, cell k of n, and how long it took."""
    parts = [f"{SIGNS.get(run.status, '○')} {run.title}: {run.status}"]
    if run.status not in ENDED and run.cells_total and run.current_cell:
        parts.append(f"cell {run.current_cell.number} of {run.cells_total}")
    if run.started_at and run.finished_at:
        parts.append(f"{(run.finished_at - run.started_at).total_seconds():.1f} s")
    parts += [
        f"{use.name}{f' v{use.version}' if use.version is not None else ''} ({use.rows:,} rows)"
        for use in run.tables_written
        if use.rows is not None
    ]
    return ", ".join(parts)


def has_widgets() -> bool:
    """Whether a front end can show widgets."""
    try:
        from IPython import get_ipython
        from ipywidgets import Widget  # noqa: F401 - asks whether it is installed
    except ImportError:
        return False
    return hasattr(get_ipython(), "kernel")


class _Box:
    """Status, progress, log and a Cancel button."""

    def __init__(self, live: LiveRun) -> None:
        import ipywidgets as w

        self._title = w.HTML(layout=w.Layout(flex="1 1 auto"))
        self._bar = w.IntProgress(min=0, max=1, layout=w.Layout(width="160px"))
        self._cancel = w.Button(description="Cancel", icon="stop", tooltip="Stop this run; nothing it wrote is kept")
        self._cancel.on_click(lambda _: self._stop(live))
        self._log = w.HTML()
        folded = w.Accordion([self._log], titles=["Log"], selected_index=None)
        self.widget = w.VBox([w.HBox([self._title, self._bar, self._cancel]), folded])

    def _stop(self, live: LiveRun) -> None:
        self._cancel.disabled, self._cancel.description = True, "Cancelling…"
        try:
            live.cancel()
        except WorkbenchError as error:
            self._title.value = html.escape(str(error))

    def show(self, run: Any, log: str) -> None:
        """Draw the run as it stands."""
        error = f"<br><b>{html.escape(run.error.name)}</b>: {html.escape(run.error.message)}" if run.error else ""
        self._title.value = html.escape(headline(run)) + error
        self._bar.max, self._bar.value = run.cells_total or 1, run.cells_done
        self._bar.bar_style = {"succeeded": "success", "failed": "danger", "crashed": "danger"}.get(run.status, "")
        self._log.value = f'<pre style="max-height: 16em; overflow: auto">{html.escape(log)}</pre>'
        if run.status in ENDED:
            self._cancel.layout.display = "none"
