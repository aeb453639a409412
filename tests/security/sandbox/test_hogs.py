"""Code that takes all it can get is stopped by its own limits, and the machine does not notice."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.runner.stages import ROOT
from tests.security.sandbox.conftest import unprivileged

pytestmark = [pytest.mark.timeout(60), pytest.mark.alone]
MIB = 1024 * 1024
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
LIMITS = {"memory": 256 * MIB, "processes": 24, "cpu_seconds": 1, "file_bytes": 8 * MIB, "disk": 16 * MIB}


@pytest.fixture(params=["server", "unprivileged"])
def inside(request, scratch):
    """Runs Python in a small sandbox; answers its exit code, what it printed, and why the watchdog ended it.

    Where the tests are root's, once as root makes a sandbox and once as an unprivileged server does.
    """
    command = [sys.executable, str(Path(__file__).with_name("boxed.py"))]
    if request.param == "unprivileged":
        command = [*unprivileged(), *command]

    def run(code, **limits):
        given = {"folder": str(scratch / "work"), "limits": LIMITS | limits, "code": code}
        done = subprocess.run(
            [*command, json.dumps(given)], capture_output=True, text=True, timeout=50, cwd="/", env=ENVIRONMENT
        )
        assert done.returncode == 0, done.stderr
        ended = json.loads(done.stdout)
        return ended["exit"], ended["said"], ended["reason"]

    return run


def test_one_process_cannot_hold_more_memory_than_allowed(inside):
    """Python hears that there is no more memory, and goes on."""
    code = "try:\n    held = bytearray(10**9)\nexcept MemoryError:\n    print('no more')"

    assert inside(code) == (0, "no more", None)


def test_many_processes_cannot_hold_more_memory_together(inside):
    """Four processes that each stay below the limit are ended when they are above it together."""
    code = (
        "import os, time\n"
        "for _ in range(3):\n    if os.fork() == 0: break\n"
        "held = bytearray(os.urandom(1024) * 100_000)\ntime.sleep(30)"
    )
    began = time.monotonic()
    _, _, reason = inside(code)

    assert reason.endswith("MiB of memory, and may hold 256")
    assert time.monotonic() - began < 15


def test_memory_that_processes_share_counts_once(inside):
    """Eight forks that only look at what their parent holds do not add up."""
    code = (
        "import os, time\n"
        "held = bytearray(os.urandom(1024) * 100_000)\n"
        "children = []\n"
        "for _ in range(8):\n"
        "    if (pid := os.fork()) == 0:\n        time.sleep(1.2); os._exit(0)\n"
        "    children.append(pid)\n"
        "for pid in children: os.waitpid(pid, 0)\nprint('well')"
    )

    assert inside(code) == (0, "well", None)


def test_memory_cannot_hide_in_files_without_a_place(inside):
    """/tmp and /dev/shm have their own bounds, and memfd does not exist."""
    code = (
        "import os\nheld = []\n"
        "for place in ('/tmp/x', '/dev/shm/x'):\n"
        "    try:\n        for number in range(20):\n"
        "            with open(place + str(number), 'wb') as file: file.write(bytes(7 * 2**20))\n"
        "    except OSError as error: held.append((number, error.errno))\n"
        "try: os.memfd_create('x')\nexcept OSError as error: held.append(error.errno)\n"
        "print(held)"
    )

    assert inside(code) == (0, "[(9, 28), (9, 28), 38]", None)


def test_a_fork_bomb_runs_out_of_processes(inside):
    """No more than the limit exist at once, in this sandbox alone, and all of them end with it."""
    code = (
        "import os, time\nmade = 0\ntry:\n    while True:\n"
        "        if os.fork() == 0: time.sleep(30); os._exit(0)\n        made += 1\n"
        "except BlockingIOError:\n    print(made)"
    )
    code_of_bomb, said, reason = inside(code)

    assert (code_of_bomb, reason) == (0, None)
    assert LIMITS["processes"] - 4 <= int(said) < LIMITS["processes"]
    assert inside("print('another')") == (0, "another", None)


def test_a_loop_without_end_uses_up_its_processor_time(inside):
    """The process is killed after the seconds that it may compute."""
    code, said, _ = inside("while True: pass")

    assert (code, said) == (128 + 9, "")


def test_a_file_cannot_grow_beyond_its_limit(inside):
    """Writing more is an error in the code that writes."""
    code = (
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try: open('big', 'wb').write(bytes(9 * 2**20))\nexcept OSError as error: print(error.errno)"
    )

    assert inside(code, disk=64 * MIB) == (0, "27", None)


@pytest.mark.parametrize("hidden", ["", "    os.unlink(str(number))\n"])
def test_the_disk_cannot_be_filled(inside, hidden):
    """Many files are noticed, also those that lost their names while they are open."""
    code = (
        "import os, time\nheld = []\n"
        "for number in range(8):\n"
        "    file = open(str(number), 'wb'); file.write(os.urandom(6 * 2**20)); file.flush(); held.append(file)\n"
        f"{hidden}"
        "time.sleep(30)"
    )
    began = time.monotonic()
    _, _, reason = inside(code)

    assert reason == "it wrote more than the 16 MiB that it may keep on disk"
    assert time.monotonic() - began < 15


def test_files_cannot_be_held_by_a_process_that_hides_them(inside):
    """A process that lets nobody look at what it has open is ended, for it could hold anything."""
    code = (
        "import os, shutil, sys, time\n"
        "shutil.copy(os.path.realpath(sys.executable), 'python'); os.chmod('python', 0o111)\n"
        "os.environ['PYTHONHOME'] = sys.base_prefix\n"
        "os.execv('./python', ['python', '-I', '-S', '-c', 'import time; time.sleep(2); print(\"hidden\")'])"
    )
    _, said, reason = inside(code, file_bytes=64 * MIB, disk=64 * MIB)

    assert (said, "keep on disk" in (reason or "")) in (("", True), ("hidden", False))
