"""Starts a Jupyter kernel in a box, and speaks for it to Jupyter as for any local kernel."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from .box import Box
from .watchdog import Watchdog

SESSION_NAME = "JPY_SESSION_NAME"  # the path of the notebook, for kernels to know where they are
FATAL = frozenset({signal.SIGKILL, signal.SIGTERM})
BY_SIGNAL = 128  # what a shell and bubblewrap add to the number of the signal that ended a process


class SandboxProvisioner(LocalProvisioner):
    """The provisioner of one kernel; `box` and the descriptors to hand over are set before it starts."""

    box: Box
    descriptors: tuple[int, ...] = ()
    watchdog: Watchdog | None = None

    async def _prepared(self, cmd: list[str], info: int) -> list[str]:
        def prepare() -> list[str]:
            self.box.prepare()
            return self.box.command(cmd, info=info)

        return await asyncio.to_thread(prepare)

    @property
    def reason(self) -> str | None:
        """Why the watchdog killed the kernel; None if it did not."""
        return self.watchdog.reason if self.watchdog else None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Take nothing of this process's environment but which notebook it is for, as the kernel may call it."""
        notebook = self.box.seen(Path((kwargs.get("env") or {}).get(SESSION_NAME, "")))
        session = {} if notebook is None else {SESSION_NAME: str(notebook)}
        return await super().pre_launch(**kwargs | {"env": self.box.environment() | session})

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel inside.

        Raises:
            Unavailable: there is no bubblewrap that works.
        """
        ours, theirs = os.pipe()
        try:
            command = await self._prepared(cmd, theirs)
            inherited = (theirs, *self.descriptors)
            connection = await super().launch_kernel(command, **kwargs | {"cwd": "/", "pass_fds": inherited})
        except BaseException:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        process: Any = self.process
        self.watchdog = Watchdog(self.box.limits, (self.box.folder, *self.box.shared), ours, process.kill)
        return connection

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel; what ends it ends all of the sandbox."""
        if self.process is None:
            return
        if signum in FATAL:
            await super().send_signal(signal.SIGKILL)
        elif signum == 0:
            await super().send_signal(signum)
        elif self.watchdog is not None:
            await asyncio.to_thread(self.watchdog.interrupt, signum)

    async def poll(self) -> int | None:
        """How the kernel ended, None while it lives; a signal's number is negative, as Popen has it."""
        code = await super().poll()
        return code if code is None or code <= BY_SIGNAL else BY_SIGNAL - code

    async def cleanup(self, restart: bool = False) -> None:
        """Stop watching."""
        if self.watchdog is not None:
            self.watchdog.close()
        await super().cleanup(restart)


def boxed(box: Box, descriptors: tuple[int, ...] = ()) -> Callable[[Any], SandboxProvisioner]:
    """What makes the provisioner of a kernel manager's next kernel."""

    def make(manager: Any) -> SandboxProvisioner:
        made = SandboxProvisioner(kernel_id=manager.kernel_id, kernel_spec=manager.kernel_spec, parent=manager)
        made.box, made.descriptors = box, descriptors
        return made

    return make
