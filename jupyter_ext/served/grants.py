"""Who may reach which app's process, and until when."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from workbench.core.errors import Conflict, NotAuthenticated, NotFound, NotPermitted, Unavailable, WorkbenchError
from workbench.domains.apps import service
from workbench.domains.apps.schemas import AppView

from .asking import NO_ANSWER, asked
from .process import AppProcess

if TYPE_CHECKING:
    from jupyter_ext.opening import Opening
    from workbench.core.workbench import Workbench

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
GRANT_SECONDS = 60.0  # from when it was last used, or its last socket closed
PER_PERSON = 4
THREADS = 4
UP_SECONDS = 60.0
AGAIN_SECONDS = 0.1
WORD_BYTES = 32
OVER = (NotAuthenticated, NotPermitted, NotFound, Conflict)  # anything else may pass


class Viewer(NamedTuple):
    """Who looks: places are counted by the person, and what is shown ends with her session."""

    person: str
    session: str


Key = tuple[Viewer, str, UUID]


@dataclass(eq=False)
class Served:
    """A process, whose it is, and how it is doing; `up` ends when it answers, or has ended before."""

    key: Key
    process: AppProcess
    view: AppView
    up: asyncio.Task[None]
    begun: float = field(default_factory=time.monotonic)
    used: float = field(default_factory=time.monotonic)
    grants: set[str] = field(default_factory=set)


@dataclass(eq=False)
class Grant:
    """What one window was given: `caller` is its viewer's, found anew at each call, `note` hears that she acts."""

    word: str
    served: Served
    caller: Any
    note: Callable[[], None]
    until: float = field(default_factory=lambda: time.monotonic() + GRANT_SECONDS)
    sockets: set[Any] = field(default_factory=set)

    def check(self) -> None:
        """Refuse who may not see the app any more, or not with all that it has read; in a thread.

        Raises:
            WorkbenchError: her session has ended, or her rights have.
        """
        if not serves(self.served.view, shown(self.caller, str(self.served.view.pipeline_id))):
            raise Conflict("There is another version, or it may read less than it did.", fix="Open it again.")


class Apps:
    """The apps of one server; used on its event loop, except where it says otherwise."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._served: dict[Key, Served] = {}
        self._grants: dict[str, Grant] = {}
        self._making = asyncio.Lock()
        # A sandbox ends with the thread that started it: these threads are kept until all have ended.
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="workbench-apps")
        self._task = asyncio.get_running_loop().create_task(self._look_on())

    async def in_thread(self, work: Callable[..., Any], *args: Any) -> Any:
        """Do blocking work off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)

    async def open(
        self, who: Viewer, workspace: str, pipeline: str, caller: Any, note: Callable[[], None], *, again: bool
    ) -> Grant:
        """Let a viewer reach an app, started for her unless it is; with `again` anew.

        Raises:
            WorkbenchError: she may not see it, it serves nothing, or there is no place for it.
        """
        view: AppView = await self.in_thread(shown, caller, pipeline)
        if not view.servable:
            raise nothing_servable(view.pipeline)
        key = (who, workspace, view.pipeline_id)
        async with self._making:
            found = self._served.get(key)
            if found is not None and (again or not found.process.alive or not serves(found.view, view)):
                await self._end(found)
                found = None
            if found is None:
                await self._make_room(who.person)
                process = await self.in_thread(self._start, caller, view)
                up = asyncio.get_running_loop().create_task(_answers(process))
                found = self._served[key] = Served(key, process, view, up)
        grant = Grant(secrets.token_urlsafe(WORD_BYTES), found, caller, note)
        self._grants[grant.word] = grant
        found.grants.add(grant.word)
        return grant

    async def granted(self, word: str, shown_by: str | None = None) -> Grant | None:
        """The grant of an address, where it holds; looked at anew each time.

        Documents of no origin show no session; where one is shown, it has to be that which the grant was given to.
        """
        grant = self._grants.get(word)
        if grant is None or (not grant.sockets and grant.until < time.monotonic()):
            return None
        if shown_by not in (None, grant.served.key[0].session):
            return None
        try:
            await self.in_thread(grant.check)
        except OVER as error:
            log.info("an app is not shown any more: %s", error.detail)
            await self._end(grant.served)  # and with it what it has read
            return None
        except WorkbenchError as error:
            log.warning("an app waits to be looked at: %s", error)
            return None
        grant.served.used = moment = time.monotonic()
        grant.until = moment + GRANT_SECONDS
        return grant if grant.word in self._grants else None

    def knows(self, word: str) -> bool:
        """Whether an address is one of ours: enough for files that anybody may have."""
        return word in self._grants

    def left(self, grant: Grant, socket: Any) -> None:
        """Note that a window's socket is closed."""
        grant.sockets.discard(socket)
        grant.until = grant.served.used = time.monotonic()
        grant.until += GRANT_SECONDS

    async def stop(self) -> None:
        """End all apps."""
        self._task.cancel()
        for served in list(self._served.values()):
            await self._end(served)
        self._threads.shutdown(wait=False)

    def _start(self, caller: Any, view: AppView) -> AppProcess:
        workbench: Workbench = self._opening.now()
        with workbench.read() as db:
            ctx = caller.identify(db)
            ctx.db = db
            notebook = service.notebook_for(ctx, view)
        acting = service.AppCaller(workbench, caller.identify, view.version_id)
        return AppProcess(workbench, acting, notebook, view.title or view.pipeline)

    async def _make_room(self, person: str) -> None:
        """End what nobody looks at, where there is no place for one more.

        Raises:
            Unavailable: all are looked at.
        """
        most = self._opening.now().settings.apps
        hers = [one for one in self._served.values() if one.key[0].person == person]
        if len(hers) >= PER_PERSON:
            await self._end_idle(hers, full(f"You have {PER_PERSON} apps open, which is as many as one person keeps."))
        elif len(self._served) >= most:
            await self._end_idle(list(self._served.values()), full(f"All places for apps are taken; there are {most}."))

    async def _end_idle(self, held: list[Served], otherwise: Unavailable) -> None:
        idle = [one for one in held if not self._watched(one)]
        if not idle:
            raise otherwise
        await self._end(min(idle, key=lambda one: one.used))

    def _watched(self, served: Served) -> Grant | None:
        """A window that shows it: all windows of a process are of one session, and what ends one ends all."""
        return next((grant for word in served.grants if (grant := self._grants[word]).sockets), None)

    async def _end(self, served: Served) -> None:
        if self._served.get(served.key) is not served:
            return  # somebody else is at it
        del self._served[served.key]
        for word in list(served.grants):
            self._take_back(self._grants[word])
        served.up.cancel()
        await self.in_thread(served.process.close)

    def _take_back(self, grant: Grant) -> None:
        self._grants.pop(grant.word, None)
        grant.served.grants.discard(grant.word)
        for socket in list(grant.sockets):
            socket.hang_up()

    async def _look_on(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self._look()
            except Exception:
                log.exception("apps wait to be looked at")

    async def _look(self) -> None:
        if not self._served:
            return
        moment, idle = time.monotonic(), self._opening.now().settings.app_idle_seconds
        for grant in [one for one in self._grants.values() if not one.sockets and one.until < moment]:
            self._take_back(grant)
        watched = [self._watched(served) for served in self._served.values()]
        await asyncio.gather(*(self.granted(one.word) for one in watched if one is not None))
        for served in list(self._served.values()):
            if not served.process.alive or (not served.grants and served.used + idle < moment):
                await self._end(served)


def shown(caller: Any, pipeline: str) -> AppView:
    """The app of a pipeline as a caller may open it; in a thread.

    Raises:
        WorkbenchError: she may not.
    """
    found: AppView = caller.call("apps.show", id=pipeline)
    return found


def serves(begun: AppView, now: AppView) -> bool:
    """Whether a process that was begun for one view serves another: the same version, which may read no less."""
    return begun.version_id == now.version_id and {one.name for one in begun.reads} <= {one.name for one in now.reads}


async def _answers(process: AppProcess) -> None:
    """Wait until a process answers, or has ended."""
    until = time.monotonic() + UP_SECONDS
    while process.alive and time.monotonic() < until:
        answer = await asked(process.place, "/up", seconds=UP_SECONDS)
        if answer.code != NO_ANSWER:
            return
        await asyncio.sleep(AGAIN_SECONDS)


def nothing_servable(pipeline: str = "") -> Conflict:
    """The answer to who opens a notebook that serves nothing."""
    return Conflict(
        f"The notebook of {pipeline} serves nothing." if pipeline else "The notebook served nothing.",
        fix="End a cell with something of Panel's that is marked as servable, such as "
        "pn.Column(slider, plot).servable(), and register the notebook again.",
        code="nothing_servable",
    )


class NoPlace(Unavailable):
    """There is no place for another app now."""


def full(detail: str) -> NoPlace:
    """The answer where no app may be started."""
    fix = "Close an app that is open, or try again later; the server's admin can raise the setting `apps`."
    return NoPlace(detail, fix=fix, code="apps_full")
