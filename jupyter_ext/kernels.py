"""Interactive kernels of a team home: each in a sandbox with its workspace's folder, and a broker for its person."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import threading
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import zmq
from jupyter_server.services.kernels.kernelmanager import ServerKernelManager

from workbench.broker.door import Door
from workbench.core.caller import LocalCaller
from workbench.core.errors import NotAuthenticated, NotFound, NotPermitted, WorkbenchError
from workbench.domains.access import service as access
from workbench.domains.store.service import parts
from workbench.engines.runtime import RuntimeFolder
from workbench.sandbox import box
from workbench.sandbox.box import INSIDE, Box
from workbench.sandbox.limits import Limits
from workbench.sandbox.provisioner import SandboxProvisioner

from .identity import Identify

if TYPE_CHECKING:
    from jupyter_client.connect import KernelConnectionInfo
    from sqlalchemy.orm import Session

    from workbench.core.context import Context
    from workbench.core.workbench import Workbench

log = logging.getLogger(__name__)
PERMISSION = "kernels:use"
SURFACE = "kernel"
LAUNCHER = ["-m", "ipykernel_launcher"]
BEGINNING = Path(box.__file__).with_name("beside.py")
LOOK_SECONDS = 1.0
# A kernel may send faster than the server can throw away, so what waits is bounded.
MESSAGE_BYTES = 64 * 1024 * 1024
WAITING_MESSAGES = 200
# What a person may ask for from within a kernel; for all else she has the sidebar, the command line and REST.
OPERATIONS = frozenset({
    "connectors.introspect", "connectors.list", "connectors.preview", "connectors.read_data", "mappings.apply",
    "me.show", "pipelines.list", "pipelines.parameters", "pipelines.preflight", "pipelines.show",
    "pipelines.versions", "preferences.set", "preferences.show", "queries.list", "queries.rows", "queries.run",
    "queries.show", "runs.cancel", "runs.list", "runs.logs", "runs.retry", "runs.show", "runs.start",
    "tables.lineage", "tables.list", "tables.preview", "tables.profile", "tables.read", "tables.show", "tables.stage",
    "tables.versions",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom a kernel is for: what finds her principal, anew at each call, and the workspace that the kernel is in."""

    workbench: Workbench = field(repr=False)
    identify: Identify
    workspace: str

    def context(self, db: Session) -> Context:
        """The context of a call.

        Raises:
            NotAuthenticated: her session has ended.
            NotFound: she has no part in the workspace any more.
            NotPermitted: she may not use kernels there.
        """
        made = self.workbench.context(db, self.identify(self.workbench, db), self.workspace, surface=SURFACE)
        if not made.may(PERMISSION):
            raise NotPermitted(
                f"{made.principal.name} may not use kernels in {made.workspace.name}.",
                fix="Ask an admin of the workspace for a role that may.",
                permission=PERMISSION,
            )
        return made


kernel_owner: ContextVar[Owner | None] = ContextVar("kernel_owner", default=None)
"""Set by who starts or restarts a kernel for somebody; without it no kernel starts."""


class KernelCaller(LocalCaller):
    """The caller that a kernel has outside: its person."""

    def __init__(self, owner: Owner) -> None:
        super().__init__(owner.workbench, owner.context)
        self.owner = owner

    def enter(self, name: str, fields: dict[str, Any], body: Any = None) -> Any:
        """Carry out an operation for the kernel's person.

        Raises:
            NotPermitted: it is none that a kernel may ask for.
        """
        if name not in OPERATIONS:
            raise NotPermitted(
                f"A kernel may not ask for {str(name)[:80]!r}.",
                fix="Use the sidebar, the command line or REST.",
                code="not_within_a_kernel",
            )
        return super().enter(name, fields, body)


class Broker:
    """The door of one kernel: open while its person is signed in; `gone` is called when she may use it no more."""

    def __init__(self, owner: Owner, gone: Callable[[], None]) -> None:
        self._caller, self._gone = KernelCaller(owner), gone
        self.door = Door(self._caller, decode=parts.sieve(owner.workbench))
        with owner.workbench.read() as db:
            made = owner.context(db)
        self._user_id, self._name, self._workspace_id = made.principal.user_id, made.principal.name, made.workspace.id
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="kernel-broker", daemon=True)
        self._thread.start()

    def welcome(self, owner: Owner) -> None:
        """Answer in a new session of the same person; nobody else inherits a kernel.

        Raises:
            NotPermitted: it is another person or another workspace.
        """
        with owner.workbench.read() as db:
            made = owner.context(db)
        if (made.principal.user_id, made.workspace.id) != (self._user_id, self._workspace_id):
            raise NotPermitted("This kernel is somebody else's.", fix="Start one of your own.", code="kernel_not_yours")
        self._caller.owner = owner
        self.door.go_on()

    def close(self) -> None:
        """Answer nothing any more."""
        self._closed.set()
        self.door.close()

    def _watch(self) -> None:
        """Look every second whether the person is still signed in and may use the kernel."""
        while not self._closed.wait(LOOK_SECONDS):
            try:
                self._look()
            except WorkbenchError as error:
                log.warning("it could not be seen whether a kernel's person is signed in: %s", error)

    def _look(self) -> None:
        owner = self._caller.owner
        with owner.workbench.read() as db:
            try:
                owner.context(db)
            except (NotAuthenticated, NotFound, NotPermitted):
                self.door.rest()
            else:
                return
            in_person = access.principal_now(db, self._user_id, self._name)
            try:
                replace(owner, identify=lambda *_: in_person).context(db)
            except (NotAuthenticated, NotFound, NotPermitted):
                log.info("a kernel of %s is ended: she may not use it any more", self._name)
                self._closed.set()
                self._gone()


class WorkspaceProvisioner(SandboxProvisioner):
    """Starts a kernel for the person whom `kernel_owner` names."""

    broker: Broker | None = None
    _sockets: RuntimeFolder | None = None
    _folder: Path

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Make the kernel's sockets, its broker and its box.

        Raises:
            NotPermitted: nobody said whom it is for, or she may not use kernels there.
        """
        owner = kernel_owner.get()
        if owner is not None:
            await asyncio.to_thread(self._serve, owner)
        if self.broker is None or self._sockets is None:
            raise NotPermitted("Nobody said whom this kernel is for.", fix="Start it through the workbench's server.")
        self.box = self._made(Path(str(kwargs.get("cwd") or self._folder)))
        self.descriptors = (self.broker.door.fileno(),)
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel; what it prints past Jupyter goes nowhere, for the server's output is not its own."""
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return await super().launch_kernel(_begun(cmd), **kwargs | silent)

    def welcome(self, owner: Owner) -> None:
        """Have the kernel answer in a new session of its person.

        Raises:
            NotPermitted: it is somebody else's.
        """
        self._serve(owner)

    def _serve(self, owner: Owner) -> None:
        if self.broker is not None:
            self.broker.welcome(owner)
            return
        self.broker = Broker(owner, self._end)
        self._settings = owner.workbench.settings
        with owner.workbench.read() as db:
            self._folder = self._settings.files_dir / owner.context(db).workspace.name
        self._sockets = RuntimeFolder()
        manager: Any = self.parent
        manager.transport, manager.cache_ports = "ipc", False
        manager.connection_file = str(self._sockets.path / "k.json")
        manager.ip = str(self._sockets.path / "k-ipc")

    def _made(self, cwd: Path) -> Box:
        assert self.broker is not None
        assert self._sockets is not None
        made = Box(
            folder=self._folder,
            limits=Limits.of(self._settings),
            shared=(self._sockets.path,),
            readable=self._settings.sandbox_readable,
            hidden=(self._settings.home,),
            variables={"WORKBENCH_BROKER": str(self.broker.door.fileno())},
        )
        return replace(made, cwd=made.seen(cwd) or INSIDE)

    def _end(self) -> None:
        if self.process is not None:
            self.process.kill()

    async def cleanup(self, restart: bool = False) -> None:
        """Close the broker and remove the sockets, unless the kernel starts again."""
        await super().cleanup(restart)
        if restart:
            return
        if self.broker is not None:
            await asyncio.to_thread(self.broker.close)
        if self._sockets is not None:
            self._sockets.close()
        self.broker = self._sockets = None


def _begun(cmd: list[str]) -> list[str]:
    """The command of a kernel, where it is Python's with its own beginning, and without IPython's way to the folder."""
    for place in range(1, len(cmd) - 1):
        if cmd[place : place + 2] == LAUNCHER:
            options = [*cmd[place + 2 :], "--InteractiveShellApp.ignore_cwd=True"]
            return [*cmd[:place], "-c", BEGINNING.read_text(), *options]
    return cmd


class WorkspaceKernelManager(ServerKernelManager):
    """The kernel manager of a team home's server: its kernels start here and nowhere else, whatever their specs say."""

    async def _async_pre_start_kernel(self, **kwargs: Any) -> Any:
        if self.provisioner is None:
            self.provisioner = WorkspaceProvisioner(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)
        prepared = await super()._async_pre_start_kernel(**kwargs)
        self.context.setsockopt(zmq.MAXMSGSIZE, MESSAGE_BYTES)
        self.context.setsockopt(zmq.RCVHWM, WAITING_MESSAGES)
        return prepared
