"""`workbench` for tests that give many commands: each is a fork of one process that has imported what commands need.

Starting the interpreter and importing takes a command a second, and a fork of one that has no thread milliseconds;
arguments, environment, folder, streams and exit code are those of the shell. `program` puts such a `workbench` into a
folder, for the PATH of whoever reads the documentation.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .stages import ROOT

MOST = 4 * 2**20
BEFOREHAND = (
    "alembic.command", "nbformat", "sqlalchemy.dialects.sqlite", "workbench.cli.arguments", "workbench.cli.operation",
    "workbench.cli.query", "workbench.cli.run", "workbench.engines.kernelspecs", "workbench.home",
)  # fmt: skip
CLIENT = """#!{python} -ISE
import array, json, os, signal, socket, sys
door = socket.socket(socket.AF_UNIX)
door.connect({address!r})
asked = json.dumps(dict(argv=sys.argv, cwd=os.getcwd(), environ=dict(os.environ))).encode()
door.sendmsg([len(asked).to_bytes(4, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))])
door.sendall(asked)
sys.exit(int(door.recv(16) or b"1"))
"""


@contextmanager
def program(folder: Path) -> Iterator[Path]:
    """A `workbench` in a new folder, until the end of the block."""
    folder.mkdir()
    address, made = folder / "commands", folder / "workbench"
    made.write_text(CLIENT.format(python=sys.executable, address=str(address)))
    made.chmod(0o755)
    own = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", __name__, str(address)]
    server = subprocess.Popen(command, env=own, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True)
    try:
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n"
        yield made
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.communicate()


def serve(address: str) -> None:
    """Fork for each command that comes in; whoever starts this ends it by a signal."""
    for name in BEFOREHAND:
        importlib.import_module(name)
    importlib.import_module("workbench.core.operations").registry.discover()
    if threading.active_count() > 1 or len([*Path("/proc/self/task").iterdir()]) > 1:
        raise SystemExit("a process with threads cannot be forked")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()
        print("ready", flush=True)
        while True:
            caller, _ = door.accept()
            if os.fork() == 0:
                door.close()
                _carry_out(caller)
            caller.close()


def _carry_out(caller: socket.socket) -> None:
    """Be the command, in a child of the child whose end is told to the caller, however it comes."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    length, streams, _, _ = socket.recv_fds(caller, 4, 3)
    asked = b""
    while len(asked) < int.from_bytes(length, "big"):
        asked += caller.recv(MOST)
    child = os.fork()
    if child == 0:
        caller.close()
        _become(json.loads(asked), streams)
    for stream in streams:
        os.close(stream)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with suppress(OSError):
        caller.sendall(b"%d" % (code if code >= 0 else 128 - code))
    os._exit(0)


def _become(asked: dict[str, Any], streams: list[int]) -> None:
    for place, stream in enumerate(streams):
        os.dup2(stream, place)
        os.close(stream)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["environ"])
    sys.argv = asked["argv"]
    code = 1
    try:
        code = importlib.import_module("workbench.cli").main()
    finally:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1])
