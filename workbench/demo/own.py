"""A notebook of the person's own, as papermill takes it: in the catalog, run once, and open as a live page."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from workbench.core.errors import Invalid, NotFound, WorkbenchError

from . import ready, server, stoppable, tell

if TYPE_CHECKING:
    from workbench.core.caller import Caller
    from workbench.core.settings import Settings
    from workbench.display import Lines

# What helps where a cell failed so.
FIXES = {
    "FileNotFoundError": "A pipeline runs in a folder of its own: name files by their whole path, then try again.",
    "ModuleNotFoundError": "Install what is missing where the notebook's kernel runs, for this Python: "
    f"{sys.executable} -m pip install …; then try again.",
}
MEND = "Mend that cell, save the notebook, and try again."
TAGGING = (
    "Put what may change, such as `month: int = 1  # Month of 2013`, into one cell and give that cell the tag "
    "`parameters` (in JupyterLab: the gear at the right, Cell Tags)."
)


def carry_out(settings: Settings, notebook: Path, *, port: int | None, serve: bool, browser: bool) -> int:
    """Carry out `workbench demo NOTEBOOK`; answers the exit code.

    The home is the one that was asked for, else a new one in a temporary folder. Without `serve` it ends with the run.

    Raises:
        WorkbenchError: there is no such notebook, it has no parameters, or its run failed.
    """
    path = _found(notebook)
    if port is not None:
        server.check(port)
    if settings.origins.get("home") == "default":
        settings = replace(settings, home=Path(tempfile.mkdtemp(prefix="workbench-demo-")))
    with stoppable() as stopped:
        if serve:
            threading.Thread(target=_warm, name="demo-warm", daemon=True).start()
        name = _prepare(settings, path)
        if serve:
            os.environ["WORKBENCH_HOME"] = str(settings.home)  # for the server, and for kernels that it starts
            page = f"workbench/apps/{quote(settings.workspace)}/live/{quote(name)}"
            server.start(path.parent, port=port, browser=browser, ready=ready, page=page)
    return stopped.code


def _prepare(settings: Settings, path: Path) -> str:
    """Register the notebook and run it; answers what the catalog calls it."""
    from workbench.display import display
    from workbench.home import local_caller, open_home

    with display() as show, closing(open_home(replace(settings, root=path.parent))) as workbench:
        caller = local_caller(workbench, surface="cli")
        name = _registered(caller, path)
        show.say(f"{path.name} is the pipeline {name} in the home {settings.home}.")
        run = _run(caller, name, show)
    tell("\n".join((
        f"notebook   {path}", f"home       {settings.home}", f"run        {run.id}",
        f"token      workbench --home {settings.home} tokens create --name live",
    )))  # fmt: skip
    return name


def _found(notebook: Path) -> Path:
    path = notebook.expanduser().resolve()
    if not path.is_file():
        raise NotFound(
            f"There is no notebook {str(notebook)[:200]!r}.",
            fix="Name a file, such as my_notebook.ipynb; without a name the demo runs its own notebooks.",
            code="file_not_found",
        )
    return path


def _registered(caller: Caller, path: Path) -> str:
    """What the catalog calls the notebook, once it is there.

    Raises:
        Invalid: it is no notebook, or has no parameters.
    """
    inspected = caller.call("pipelines.inspect", path=str(path))
    if not inspected.parameters.get("properties") and not inspected.parameters.get("additionalProperties"):
        raise Invalid(f"{path.name} has no parameters, so there is no form to make.", fix=TAGGING, code="no_parameters")
    name: str = caller.call("pipelines.register", path=str(path)).name
    return name


def _run(caller: Caller, name: str, show: Lines) -> Any:
    """Run the notebook with its defaults.

    Raises:
        RunFailed: a cell failed: which, and what helps.
    """
    from . import plan

    try:
        return plan.run(caller, plan.Step(name), show)
    except WorkbenchError as error:
        if not error.fix:
            error.fix = next((fix for name, fix in FIXES.items() if name in error.detail), MEND)
        raise


def _warm() -> None:
    """Import what the server needs while the run is waited for."""
    import jupyterlab.labapp  # type: ignore[import-untyped]  # noqa: F401
    import panel.io.server  # noqa: F401

    from workbench.ui import kit  # noqa: F401
