"""The process of one app for one viewer: started in a sandbox where people's code runs in one, and ended by us."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.broker.door import Door
from workbench.domains.store.service import parts
from workbench.engines.runtime import RuntimeFolder
from workbench.sandbox.box import INSIDE, Box
from workbench.sandbox.limits import Limits
from workbench.sandbox.watchdog import Watchdog

if TYPE_CHECKING:
    from workbench.core.caller import Caller
    from workbench.core.workbench import Workbench

PROGRAM = "workbench.engines.serving"
NOTEBOOK = "app.json"
WAITING = 64  # connections
ENDING_SECONDS = 5.0
OF_OTHERS = ("JPY_PARENT_PID", "WORKBENCH_RUN", "WORKBENCH_LEASE")


class AppProcess:
    """A process that serves a notebook at `place`, a socket outside its sandbox; `caller` answers what it asks for.

    It is to be made in a thread that outlives it: a sandbox ends with the thread that started it.

    Raises:
        Unavailable: there is no bubblewrap that works.
    """

    def __init__(self, workbench: Workbench, caller: Caller, notebook: dict[str, Any], title: str) -> None:
        self._workbench = workbench
        self._folder = RuntimeFolder()
        self._watchdog: Watchdog | None = None
        self.place = self._folder.path / "s"
        inside = self._folder.path / "app"
        inside.mkdir(mode=0o700)
        (inside / NOTEBOOK).write_text(json.dumps({"notebook": notebook, "title": title}))
        self._door = Door(caller, decode=parts.sieve(workbench))
        life, self._life = os.pipe()
        try:
            with socket.socket(socket.AF_UNIX) as listening:
                listening.bind(str(self.place))
                listening.listen(WAITING)
                self._process = self._started(inside, listening.fileno(), life)
        except BaseException:
            self._put_away()
            raise
        finally:
            os.close(life)

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    @property
    def reason(self) -> str:
        """Why it was ended for using too much; empty where it was not."""
        return (self._watchdog.reason if self._watchdog else None) or ""

    def close(self) -> None:
        """End it, and remove what was its own."""
        if self._workbench.settings.sandboxed:
            self._process.kill()  # and with it all that is inside
        else:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(ENDING_SECONDS)
        self._put_away()

    def _started(self, inside: Path, listening: int, life: int) -> subprocess.Popen[bytes]:
        settings = self._workbench.settings
        given = (self._door.fileno(), listening, life)
        own = {"WORKBENCH_BROKER": str(self._door.fileno())}
        silent: Any = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        if not settings.sandboxed:
            argv = [sys.executable, "-m", PROGRAM, str(inside / NOTEBOOK), str(listening), str(life)]
            kept = {name: value for name, value in os.environ.items() if name not in OF_OTHERS}
            return subprocess.Popen(
                argv, cwd=inside, env=kept | own, pass_fds=given, start_new_session=True, **silent
            )  # fmt: skip
        box = Box(
            folder=inside, limits=Limits.of(settings), readable=settings.sandbox_readable, hidden=(settings.home,),
            home=INSIDE, variables=own,
        )  # fmt: skip
        box.prepare()
        argv = [sys.executable, "-m", PROGRAM, str(INSIDE / NOTEBOOK), str(listening), str(life)]
        told, telling = os.pipe()
        try:
            process = subprocess.Popen(
                box.command(argv, info=telling), cwd="/", env=box.environment(), pass_fds=(*given, telling), **silent
            )  # fmt: skip
        except BaseException:
            os.close(told)
            raise
        finally:
            os.close(telling)
        self._watchdog = Watchdog(box.limits, (inside,), told, process.kill)
        return process

    def _put_away(self) -> None:
        os.close(self._life)
        if self._watchdog is not None:
            self._watchdog.close()
        self._door.close()
        self._folder.close()
