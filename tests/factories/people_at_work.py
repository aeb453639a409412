"""Interactive kernels of a team home, as Jupyter's server would hold them."""

from __future__ import annotations

import asyncio
import time

from jupyter_ext.kernels import Owner, WorkspaceKernelManager, kernel_owner
from workbench.core.errors import NotAuthenticated
from workbench.core.permissions import Role
from workbench.domains.access.models import Member, User, Workspace
from workbench.domains.access.service import principal_of


def member(team, name, role=Role.DEVELOPER):
    """A new user with a role in `default`, and what finds her principal."""
    with team.unit_of_work() as db:
        workspace = db.query(Workspace).filter_by(name="default").one()
        user = User(name=name, folded=f"{name}-{time.monotonic_ns()}", display_name=name)
        db.add(user)
        db.flush()
        db.add(Member(workspace_id=workspace.id, user_id=user.id, role=role))
    return Session(user.id, name)


class Session:
    """A session of somebody; found anew for each call, as a cookie would be."""

    def __init__(self, user_id, name):
        self.user_id, self.name, self.ended = user_id, name, False

    def __call__(self, _, db):
        """The principal."""
        user = db.get(User, self.user_id)
        if self.ended or user.disabled_at is not None:
            raise NotAuthenticated
        return principal_of(db, user, "session", self.name)


class Kernel:
    """A kernel under way, as Jupyter's server would hold it."""

    def __init__(self, team, session, cwd=None, env=None):
        self._loop, self.owner = asyncio.Runner(), Owner(team, session, "default")
        self._given = {name: given for name, given in (("cwd", cwd and str(cwd)), ("env", env)) if given}

    def __enter__(self):
        self.manager = WorkspaceKernelManager()
        try:
            self._loop.run(self._start())
        except BaseException:
            self._loop.close()
            raise
        return self

    async def _start(self):
        kernel_owner.set(self.owner)
        await self.manager.start_kernel(**self._given)
        await self._connect()

    async def _connect(self):
        self.client = self.manager.client()
        self.client.start_channels()
        await self.client.wait_for_ready(timeout=60)

    def run(self, code):
        """What a cell prints; an error's name and text where it fails."""
        return self._loop.run(self._run(code))

    async def _run(self, code):
        said = []

        def hear(message):
            content = message["content"]
            if message["msg_type"] == "stream":
                said.append(content["text"])
            elif message["msg_type"] == "error":
                said.append(f"{content['ename']}: {content['evalue']}")

        await self.client.execute_interactive(code, output_hook=hear, timeout=60)
        return "".join(said).strip()

    def interrupted(self, code, after):
        """What a cell prints that is interrupted."""

        async def both():
            running = asyncio.create_task(self._run(code))
            await asyncio.sleep(after)
            await self.manager.interrupt_kernel()
            return await running

        return self._loop.run(both())

    def restart(self):
        """Start it anew, as somebody who is not known."""

        async def again():
            self.client.stop_channels()
            await self.manager.restart_kernel(now=True)
            await self._connect()

        self._loop.run(again())

    def alive(self):
        """Whether it lives."""
        return self._loop.run(self.manager.is_alive())

    def __exit__(self, *_):
        self.client.stop_channels()
        self._loop.run(self.manager.shutdown_kernel(now=True))
        self.manager.context.destroy(linger=0)
        self._loop.close()
