"""Whose a kernel and a session is: those of others look as if they were not there.

The guard asks `Kernels.owned` before a request reaches a kernel by its id; the lists are filtered here.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from jupyter_server.services.sessions.sessionmanager import SessionManager
from tornado import web
from traitlets import default

from jupyter_ext.kernels import PERMISSION, Owner, WorkspaceProvisioner, kernel_owner

from .asking import asking

if TYPE_CHECKING:
    from workbench.core.workbench import Workbench

    from .server import TeamServer
    from .visitor import Visitor

OUTSIDE = "jupyter_server.services.kernels.kernelmanager.ServerKernelManager"


def owner_for(workbench: Workbench, path: str | None) -> Owner:
    """Whom a kernel for a notebook or folder at an address would be for.

    Raises:
        HTTPError: 403, where the address is in no workspace in which whoever asks may use kernels.
    """
    visitor = asking()
    workspace, *further = (path or "").strip("/").split("/")
    leads_out = any(segment.startswith(".") for segment in further)
    if visitor.credential is None or leads_out or not visitor.may(PERMISSION, workspace):
        raise web.HTTPError(403, "A kernel is started for a notebook in a workspace where you may use kernels.")
    return Owner(workbench, visitor.credential, workspace)


class Kernels(AsyncMappingKernelManager):
    """Kernels, each of whoever started it; each is told by `kernel_owner` whom it is for."""

    parent: TeamServer

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._owners: dict[str, tuple[UUID | None, Owner]] = {}

    @default("kernel_manager_class")
    def _sandboxed(self) -> str:
        sandboxed = self.parent.settings.sandboxed
        return "jupyter_ext.kernels.WorkspaceKernelManager" if sandboxed else OUTSIDE

    def owned(self, kernel_id: str, visitor: Visitor) -> bool:
        """Whether somebody started a kernel."""
        user, _ = self._owners.get(kernel_id, (None, None))
        return user is not None and visitor.principal is not None and user == visitor.principal.user_id

    def check_owned(self, kernel_id: str) -> None:
        """Refuse whoever asks a kernel that somebody else started.

        Raises:
            HTTPError: 404, as if there were none.
        """
        if not self.owned(kernel_id, asking()):
            raise web.HTTPError(404, f"Kernel does not exist: {kernel_id}")

    def welcome(self, kernel_id: str, visitor: Visitor) -> None:
        """Have a kernel answer in the session in which its person connects now; called in a thread.

        Raises:
            WorkbenchError: she may use it no more.
        """
        _, owner = self._owners[kernel_id]
        provisioner = self.get_kernel(kernel_id).provisioner
        if visitor.credential is not None and isinstance(provisioner, WorkspaceProvisioner):
            provisioner.welcome(replace(owner, identify=visitor.credential))

    async def start_kernel(self, *, kernel_id: str | None = None, path: Any = None, **kwargs: Any) -> str:
        """Start a kernel for whoever asks, in the workspace that the path begins with.

        Raises:
            HTTPError: 403, where she may not; 404, where the id is another's.
        """
        owner = owner_for(self.parent.workbench, path)
        if kernel_id is not None and kernel_id in self:
            self.check_owned(kernel_id)
        before = kernel_owner.set(owner)
        try:
            started: str = await super().start_kernel(kernel_id=kernel_id, path=path, **kwargs)
        finally:
            kernel_owner.reset(before)
        return started

    def pre_start_kernel(self, kernel_name: str | None, kwargs: dict[str, Any]) -> Any:
        """Note whose the kernel will be, before it begins."""
        manager, name, kernel_id = super().pre_start_kernel(kernel_name, kwargs)
        owner, who = kernel_owner.get(), asking().principal
        assert owner is not None
        assert who is not None
        self._owners[kernel_id] = who.user_id, owner
        return manager, name, kernel_id

    def cwd_for_path(self, path: str, **_: Any) -> str:
        """The folder in which a kernel for a notebook or folder works, within the workspace."""
        place = Path(self.parent.contents_manager._get_os_path(path))
        return str(next(folder for folder in (place, *place.parents) if folder.is_dir()))

    def list_kernels(self) -> list[dict[str, Any]]:
        """The kernels of whoever asks."""
        visitor = asking()
        return [kernel for kernel in super().list_kernels() if self.owned(kernel["id"], visitor)]

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that has ended, and whose it was."""
        self._owners.pop(kernel_id, None)
        return super().remove_kernel(kernel_id)


class Sessions(SessionManager):
    """Sessions, each of whoever made it; two people with one notebook have one each."""

    parent: TeamServer
    kernel_manager: Kernels

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._makers: dict[str, UUID | None] = {}

    async def session_exists(self, path: str) -> bool:
        """Whether whoever asks has a session for a path; asked first, and so where a refusal is still told as such.

        Raises:
            HTTPError: 403, where she may have no kernel for the path.
        """
        owner_for(self.parent.workbench, path)
        return any(session["path"] == path for session in await self.list_sessions())

    async def get_session(self, **kwargs: Any) -> Any:
        """The session of whoever asks that fits.

        Raises:
            HTTPError: 404, there is none of hers.
        """
        wanted = {"id" if name == "session_id" else name: value for name, value in kwargs.items()}
        for session in await self.list_sessions():
            if all(session.get(name) == value for name, value in wanted.items()):
                return session
        raise web.HTTPError(404, "Session not found.")

    async def list_sessions(self) -> list[dict[str, Any]]:
        """The sessions of whoever asks."""
        who = asking().principal
        mine = [key for key, maker in self._makers.items() if who is not None and maker == who.user_id]
        return [session for session in await super().list_sessions() if session["id"] in mine]

    async def create_session(self, *, kernel_id: str | None = None, **kwargs: Any) -> dict[str, Any]:
        """Make a session, on a new kernel or one of her own."""
        if kernel_id is not None and kernel_id in self.kernel_manager:
            self.kernel_manager.check_owned(kernel_id)
        made: dict[str, Any] = await super().create_session(kernel_id=kernel_id, **kwargs)
        return made

    async def save_session(self, session_id: str, *args: Any, **kwargs: Any) -> Any:
        """Note a session and whose it is."""
        who = asking().principal
        self._makers[session_id] = who.user_id if who is not None else None
        return await super().save_session(session_id, *args, **kwargs)

    async def update_session(self, session_id: str, **kwargs: Any) -> None:
        """Change a session, for a kernel of her own only."""
        if "kernel_id" in kwargs:
            self.kernel_manager.check_owned(kwargs["kernel_id"])
        await super().update_session(session_id, **kwargs)

    async def delete_session(self, session_id: str) -> None:
        """End a session and its kernel."""
        await super().delete_session(session_id)
        self._makers.pop(session_id, None)
