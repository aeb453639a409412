"""A kernel's process and the sockets to it: quick to start, quick to end, never outliving its owner."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager
from nbclient.exceptions import DeadKernelError

from .heartbeat import Heartbeat
from .job import Provision
from .limits import ResourceLimit
from .runtime import RuntimeFolder
from .session import PlainSession

log = logging.getLogger("papermill")

MESSAGE_BYTES = 256 * 1024 * 1024
WAITING_MESSAGES = 50_000
LOG_TAIL = 4000
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class QuickManager(KernelManager):
    """A manager that notices the end of its kernel at once; jupyter_client looks ten times a second."""

    async def _async_wait(self, pollinterval: float = 0.1) -> None:  # noqa: ARG002
        while await self._async_is_alive():  # noqa: ASYNC110
            await asyncio.sleep(0.002)


class KernelProcess:
    """One kernel, started for one notebook."""

    def __init__(
        self,
        kernel_name: str,
        *,
        heartbeat_seconds: float,
        capture_log: bool = False,
        provision: Provision | None = None,
    ) -> None:
        self._folder = RuntimeFolder()
        self._provision = provision
        self._loop = asyncio.Runner()
        self._context: zmq.Context[Any] = zmq.Context()
        # A kernel takes half a second to bind its sockets; libzmq would look for them only every 100 ms.
        self._context.setsockopt(zmq.RECONNECT_IVL, 5)
        self._context.setsockopt(zmq.MAXMSGSIZE, MESSAGE_BYTES)
        # While the notebook is being saved, messages wait here; a full queue loses some without a word.
        self._context.setsockopt(zmq.RCVHWM, WAITING_MESSAGES)
        self.manager = QuickManager(
            kernel_name=kernel_name,
            context=self._context,
            connection_file=str(self._folder.path / "k.json"),
            session=PlainSession(),
            log=log,
        )
        self.manager.transport = "ipc" if self._speaks_ipc else "tcp"
        self._heartbeat_seconds = heartbeat_seconds
        self._log = (self._folder.path / "log").open("w+b") if capture_log else None
        self.exit_fd: int | None = None
        self.client: BlockingKernelClient | None = None
        self.heartbeat: Heartbeat | None = None
        self.poller = zmq.Poller()
        self.pid: int | None = None

    @property
    def _argv(self) -> Sequence[str]:
        spec = self.manager.kernel_spec
        return spec.argv if spec else ()

    @property
    def is_ipykernel(self) -> bool:
        """Whether it is ipykernel by any name; conda environments and virtual ones have their own."""
        return any(part in {"ipykernel_launcher", "ipykernel"} for part in self._argv)

    @property
    def _speaks_ipc(self) -> bool:
        # Sockets in the file system belong to this user alone. Kernels of other make may only know TCP.
        python = self.is_ipykernel or any("python" in part for part in self._argv[:1])
        return self._provision is not None or (python and self._is_ours)

    @property
    def _is_ours(self) -> bool:
        """Whether the kernel is a process here, rather than what somebody's provisioner makes of it."""
        spec = self.manager.kernel_spec
        provided = spec is not None and "kernel_provisioner" not in spec.metadata
        return os.name == "posix" and (provided or self._provision is not None)

    def start(
        self,
        *,
        timeout: float,
        check: Callable[[], None],
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
        arguments: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Start the kernel and wait until it answers; its `kernel_info`.

        `check` is called several times a second and may raise. `env` is the kernel's whole environment, this process's
        when None.

        Raises:
            DeadKernelError: it ended before it answered, or did not answer within `timeout` seconds.
        """
        options: dict[str, Any] = {"extra_arguments": [*arguments, *self._history(arguments)]}
        if cwd is not None:
            options["cwd"] = str(cwd)
        if env is not None:
            options["env"] = dict(env)
        if self._is_ours:
            options |= {"preexec_fn": _die_with(os.getpid()), "pass_fds": tuple(pass_fds)}
            if self._log is not None:
                options |= {"stdout": self._log, "stderr": self._log}
        if self._provision is not None:
            self.manager.provisioner = self._provision(self.manager, self._folder.path)
        self._loop.run(self.manager._async_start_kernel(**options))
        self._follow_process()
        self._connect()
        return self._greet(monotonic() + timeout, timeout, check)

    def _history(self, given: Sequence[str]) -> list[str]:
        option = "--HistoryManager.hist_file="
        wanted = self.is_ipykernel and not any(argument.startswith(option) for argument in given)
        return [option + ":memory:"] if wanted else []

    def _follow_process(self) -> None:
        self.pid = getattr(self.manager.provisioner, "pid", None)
        if self.pid is not None and hasattr(os, "pidfd_open"):
            with contextlib.suppress(OSError):
                self.exit_fd = os.pidfd_open(self.pid)
                self.poller.register(self.exit_fd, zmq.POLLIN)

    def _connect(self) -> None:
        client = self.client = self.manager.client(context=self._context)
        client.start_channels(stdin=False, hb=False, control=False)
        self.poller.register(client.shell_channel.socket, zmq.POLLIN)
        self.poller.register(client.iopub_channel.socket, zmq.POLLIN)
        self.heartbeat = Heartbeat(
            self._context, client._make_url("hb"), interval=min(2.0, self._heartbeat_seconds / 4)
        )

    def _greet(self, deadline: float, timeout: float, check: Callable[[], None]) -> dict[str, Any]:
        """Ask for `kernel_info` until there is an answer, and a first message to show that output will arrive too."""
        assert self.client is not None
        info: dict[str, Any] | None = None
        heard = False
        ask_again = 0.0
        while info is None or not heard:
            if (now := monotonic()) >= ask_again:
                self.client.kernel_info()
                ask_again = now + (0.05 if info else 1.0)
            if now > deadline:
                raise DeadKernelError(f"Kernel didn't respond in {timeout:g} seconds.{self._said()}")
            check()
            self.poller.poll(50)
            while self.client.iopub_channel.socket.poll(0):
                self.client.iopub_channel.get_msg(timeout=0)
                heard = True
            while self.client.shell_channel.socket.poll(0):
                message = self.client.shell_channel.get_msg(timeout=0)
                if message["msg_type"] == "kernel_info_reply":
                    info = message["content"]
            if not self.is_alive():
                raise DeadKernelError(f"Kernel died before replying to kernel_info.{self._said()}")
        return info

    def is_alive(self) -> bool:
        """Whether the process is still there."""
        alive: bool = self._loop.run(self.manager._async_is_alive())
        return alive

    @property
    def ended(self) -> str:
        """How the process ended, in words."""
        provisioner: Any = self.manager.provisioner
        code = self._loop.run(provisioner.poll()) if getattr(provisioner, "process", None) else None
        if code is None:
            return "Kernel died"
        if code >= 0:
            return f"Kernel died: it ended itself with exit code {code}"
        hint = "; the machine may be out of memory" if -code == signal.SIGKILL else ""
        with contextlib.suppress(ValueError):
            return f"Kernel died: killed by {signal.Signals(-code).name}{hint}"
        return f"Kernel died: killed by signal {-code}"

    @property
    def failure(self) -> Exception:
        """What the end of the process is to the run: it died, or was ended for what it used up."""
        reason = getattr(self.manager.provisioner, "reason", None)
        return ResourceLimit(f"The kernel was ended: {reason}.") if reason else DeadKernelError(f"{self.ended}.")

    def _said(self) -> str:
        if self._log is None:
            return ""
        size = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, size - LOG_TAIL))
        said = self._log.read().decode(errors="replace").strip()
        return f" It said:\n{said}" if said else ""

    def interrupt(self) -> None:
        """Interrupt what the kernel executes."""
        with contextlib.suppress(RuntimeError, ProcessLookupError):
            self._loop.run(self.manager._async_interrupt_kernel())

    def request_exit(self) -> None:
        """Ask the kernel to end; it flushes its files and runs its exit handlers meanwhile."""
        if self.is_alive():
            self._loop.run(self.manager._async_request_shutdown())

    def finish(self, grace: float) -> None:
        """Wait until the kernel has ended; after `grace` seconds it is killed."""
        self._loop.run(self.manager._async_finish_shutdown(waittime=grace))

    def kill(self) -> None:
        """Kill the kernel and its process group."""
        self._loop.run(self.manager._async_kill_kernel())

    def kill_remains(self) -> None:
        """Kill what the kernel left running in its process group."""
        group = getattr(self.manager.provisioner, "pgid", None)
        if group:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)

    def close(self) -> None:
        """Kill the kernel if it still lives; remove its sockets and files."""
        with contextlib.ExitStack() as stack:
            stack.callback(self._folder.close)
            stack.callback(self._loop.close)
            stack.callback(self._context.destroy, linger=0)
            if self._log is not None:
                stack.callback(self._log.close)
            if self.exit_fd is not None:
                stack.callback(os.close, self.exit_fd)
            if self.heartbeat is not None:
                stack.callback(self.heartbeat.close)
            if self.client is not None:
                stack.callback(self.client.stop_channels)
            if self.manager.has_kernel:
                stack.callback(self._loop.run, self.manager._async_cleanup_resources())
                self.kill()


def _die_with(owner: int) -> Callable[[], None]:
    """What a child does between fork and exec so that it is killed when the thread that started it ends."""

    def bind() -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != owner:
                os._exit(1)

    return bind
