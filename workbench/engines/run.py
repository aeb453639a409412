"""Runs a notebook in this process by papermill's steps, for workers and for `workbench run`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from workbench.core.terminal import seen

from .limits import Hooks, Limits, RunCancelled, Stop

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from .job import Job, Provision

_AUTOSAVE_SECONDS = 5
Status = Literal["succeeded", "failed", "cancelled"]


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a run did not succeed; `cell` counts code cells from 1 and is None where no cell is to blame."""

    name: str
    message: str
    cell: int | None
    traceback: str = ""


@dataclass(frozen=True, kw_only=True)
class Result:
    """How a run went."""

    status: Status
    failure: Failure | None
    notebook: NotebookNode


def execute(  # noqa: PLR0913 - all that can be said of one run
    notebook: NotebookNode | Path,
    output_path: Path | None = None,
    parameters: Mapping[str, Any] | None = None,
    *,
    kernel_name: str | None = None,
    language: str | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    hooks: Hooks | None = None,
    pass_fds: tuple[int, ...] = (),
    provision: Provision | None = None,
    source: str | None = None,
    kept_at: str | None = None,
    report_mode: bool = False,
    **engine_options: Any,
) -> Result:
    """Execute a notebook with parameters and save what it becomes at `output_path`, a literal path.

    Neither this process's environment nor its working folder is touched, so several threads may run notebooks. The
    kernel and all it left running are gone when this returns. The output says that it was made from `source` and
    is `kept_at`, which may be where its caller will put a copy. `engine_options` are those of papermill's engines, such
    as `log_output` or `execution_timeout`.

    Raises:
        Invalid: the notebook, its kernel or a parameter cannot be used; nothing was executed.
    """
    from . import preparation

    progress = _Progress(hooks or Hooks())
    nb, named = _read(notebook)
    kernel, language = preparation.kernel_of(nb, kernel_name, language)
    nb = preparation.with_parameters(nb, dict(parameters or {}), kernel, language, report_mode)
    target = str(output_path.absolute()) if output_path is not None else None
    nb = preparation.marked(nb, source or named, kept_at or target, report_mode)
    wanted = {"env": env, "cwd": cwd, "pass_fds": pass_fds, "provision": provision}
    job = _job(limits=limits or Limits.from_environment(), hooks=progress.listening(), **wanted)
    options = {"progress_bar": False, "autosave_cell_every": _AUTOSAVE_SECONDS} | engine_options
    failure, cancelled = _carried_out(nb, kernel, target, job, options, progress)
    status: Status = "cancelled" if cancelled else "failed" if failure else "succeeded"
    return Result(status=status, failure=failure, notebook=nb)


def _read(notebook: NotebookNode | Path) -> tuple[NotebookNode, str]:
    """The notebook, and what its output says it was made from where nobody says otherwise."""
    from . import notebooks

    if isinstance(notebook, Path):
        return notebooks.read(notebook.read_bytes(), name=notebook.name), str(notebook)
    return notebook, "notebook"


def _job(**wanted: Any) -> Job:
    """An execution whose kernel leaves nothing behind, neither processes nor words on this one's output."""
    from .job import Job

    return Job(**wanted, capture_log=True, kill_remains=True)


@dataclass
class _Progress:
    """Remembers which cell is executed, to blame it."""

    hooks: Hooks
    current: int | None = None

    def start(self, place: int, total: int, line: str) -> None:
        self.current = place
        self.hooks.on_cell_start(place, total, line)

    def listening(self) -> Hooks:
        return replace(self.hooks, on_cell_start=self.start)

    def failure(self, name: str, message: str, traceback: str = "") -> Failure:
        return Failure(name=name, message=seen(message), cell=self.current, traceback=seen(traceback))


def _carried_out(
    nb: NotebookNode, kernel: str, target: str | None, job: Any, options: dict[str, Any], progress: _Progress
) -> tuple[Failure | None, bool]:
    """Execute the cells; how they failed, and whether that was because somebody cancelled."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import raise_for_execution_errors

    from .managed import execute_notebook

    try:
        execute_notebook(nb, kernel, output_path=target, job=job, **options)
        raise_for_execution_errors(nb, target)
    except PapermillExecutionError as error:
        return progress.failure(error.ename, error.evalue, "\n".join(error.traceback)), False
    except (Stop, DeadKernelError, CellTimeoutError, OSError) as error:
        return progress.failure(type(error).__name__, str(error)), isinstance(error, RunCancelled)
    return None, False
