"""A hostile notebook finds nothing to steal, nowhere to go and nothing to leave behind."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from contextlib import closing
from errno import EAFNOSUPPORT, ENOSYS, EPERM
from pathlib import Path

import pytest

import workbench as package
from tests.factories.people_at_work import Kernel, member
from tests.runner.stages import ROOT
from tests.security.sandbox.conftest import execute, printed, unprivileged

pytestmark = pytest.mark.timeout(180)
PROBES = Path(__file__).with_name("probes.py")
CANARY = "wb-canary-7f3a"


@pytest.fixture(scope="module")
def listening(tmp_path_factory):
    """Servers of this machine that a sandbox must not reach: TCP, an abstract socket, a socket in the file system."""
    path = str(tmp_path_factory.mktemp("s") / "s")
    with closing(socket.create_server(("127.0.0.1", 0))) as tcp, closing(socket.socket(socket.AF_UNIX)) as abstract:
        abstract.bind("\0" + path)
        with closing(socket.socket(socket.AF_UNIX)) as file:
            file.bind(path)
            for server in (abstract, file):
                server.listen()
            yield {"port": tcp.getsockname()[1], "abstract": path, "socket": path}


@pytest.fixture(scope="module", params=["run", "kernel", "unprivileged"])
def outcome(request, team, owner, listening):
    """What the hostile code found, in a run, in an interactive kernel, and in a sandbox of an unprivileged server.

    A canary is in the keys, in another run, in another workspace and in the environment of the server.
    """
    home = team.settings.home
    other = home / "runs" / "another" / "1" / "work"
    kept = [home / "keys" / "canary", other / "secret", home / "files" / "elsewhere" / "secret"]
    for place in kept:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(CANARY)
    given = listening | {
        "canary": CANARY.encode().hex(), "home": str(home), "pids": [os.getpid(), os.getppid()],
        "places": [str(place) for place in (home, *kept, "/etc/shadow", "/sys", "/var", "/run")],
        "skipped": [sys.prefix, sys.base_prefix],
        "writable": [str(home / "x"), str(other / "x")], "package": str(Path(package.__file__).parent),
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_KEY", CANARY)
        patch.setenv("AWS_SECRET_ACCESS_KEY", CANARY)
        return json.loads(_IN[request.param](team, owner, json.dumps(given)))


def in_a_run(team, owner, given):
    """Have a run execute the probes."""
    run = execute(owner, PROBES.read_text(), cell="GIVEN = ''", parameters={"GIVEN": given})
    assert (run.status, run.error) == ("succeeded", None)
    return (team.settings.home / "runs" / str(run.id) / "1" / "work" / "found.json").read_text()


def in_a_kernel(team, _, given):
    """Have a developer's kernel execute the probes."""
    with Kernel(team, member(team, "mallory")) as kernel:
        assert kernel.run(f"GIVEN = {given!r}\n{PROBES.read_text()}") == ""
    return (team.settings.files_dir / "default" / "found.json").read_text()


def of_an_unprivileged_server(_, __, given):
    """Have a sandbox that an unprivileged user makes execute the probes."""
    limits = {"memory": 1 << 30, "processes": 64, "cpu_seconds": 60, "file_bytes": 1 << 26, "disk": 1 << 26}
    code = f"GIVEN = {given!r}\n{PROBES.read_text()}"
    with tempfile.TemporaryDirectory(prefix="wbt-") as folder:
        Path(folder).chmod(0o777)
        asked = json.dumps({"folder": f"{folder}/work", "limits": limits, "code": code})
        boxed = [sys.executable, str(Path(__file__).with_name("boxed.py")), asked]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run([*unprivileged(), *boxed], capture_output=True, text=True, cwd="/", env=environment)
        assert json.loads(done.stdout) == {"exit": 0, "said": "", "reason": None}, done.stderr
        return Path(folder, "work", "found.json").read_text()


_IN = {"run": in_a_run, "kernel": in_a_kernel, "unprivileged": of_an_unprivileged_server}


def test_the_environment_is_the_sandbox_s_own(outcome):
    """Of the server's variables nothing came through, and the worker's lease is not among the rest."""
    names = set(outcome["environment"])
    shown = {"PYDEVD_USE_FRAME_EVAL", "TERM", "CLICOLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "PAGER", "GIT_PAGER"}
    given = {"WORKBENCH_BROKER", "WORKBENCH_RUN", "WORKBENCH_ATTEMPT"}

    own = {"LANG", "LC_ALL", "LC_CTYPE", "TZ", "PATH", "PWD", "HOME", "USER", "LOGNAME", "TMPDIR", "MPLBACKEND"}
    assert names - shown - own <= given
    assert CANARY not in outcome["environment"].values()


def test_no_key_no_other_run_and_no_other_workspace_is_there(outcome):
    """No readable file holds the canary, and none of the home's places exists."""
    assert outcome["canaries"] == []
    assert [place for place, there in outcome["places"].items() if there] == []


def test_other_processes_are_neither_seen_nor_reached(outcome):
    """Inside there are the first process and the kernel; nobody's memory or environment holds the canary."""
    assert outcome["processes"] == [1, 2]
    assert outcome["canaries_of_processes"] == []
    assert outcome["signals"] == ["ProcessLookupError"] * 2
    assert outcome["through_init"].startswith(("PermissionError", "FileNotFoundError"))


def test_no_open_file_of_the_server_was_inherited(outcome):
    """Descriptors are the kernel's own, the door, the kernel's log among its sockets, and what IPython opened."""
    named = {Path(link) for link in outcome["descriptors"].values() if link.startswith("/")}

    assert {link.name for link in named} <= {"log", "null", "history.sqlite"}
    assert all(link.parent.name.startswith("wbk-") for link in named if link.name == "log")


def test_it_is_nobody_and_stays_nobody(outcome):
    """No capability, no group, no way to another user, not by a program with the setuid bit either."""
    identity = outcome["identity"]

    assert identity["Uid"] == identity["Gid"] == ["65534"] * 4
    assert {identity[name][0] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert (identity["NoNewPrivs"], identity["Seccomp"], identity["people"]) == (["1"], ["2"], ["nobody"])
    errors, who = outcome["becoming_root"]
    assert len(errors) == 4
    assert who == "65534"


def test_nothing_but_its_own_folder_can_be_written(outcome):
    """Neither the home, nor the system, nor Python and this package, nor what /proc offers."""
    assert outcome["writing"] == []


def test_no_device_can_be_made_or_opened(outcome):
    """There are the harmless devices and no others."""
    made, present = outcome["devices"]

    assert made == {"disk": EPERM, "memory": EPERM}
    harmless = {"core", "fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout", "tty"}
    assert set(present) <= harmless | {"urandom", "zero", "console"}


def test_the_kernel_refuses_what_leads_out(outcome):
    """Tracing, mounting, namespaces and the like are refused, by call and by program."""
    assert set(outcome["escaping"].values()) <= {EPERM, ENOSYS}
    assert 0 not in outcome["namespaces_by_programs"].values()


def test_there_is_no_network(outcome):
    """Nobody answers: not this machine, not the world, not a socket of another namespace, no name server."""
    assert "connected" not in outcome["connecting"].values()
    assert outcome["resolving"] == "nothing"
    assert outcome["interfaces"] == [["lo"], "sandbox"]
    assert set(outcome["other_families"].values()) == {EAFNOSUPPORT}


def test_the_next_one_inherits_nothing(outcome, owner):
    """Files left in HOME, in /tmp and beside the notebook are not there in another run, nor is the process it left."""
    assert len(outcome["heirlooms"]) == 6
    cell = (
        "import os, subprocess\n"
        "print(sorted(os.listdir('.')), 'left' in os.listdir('/dev/shm'), 'left' in os.listdir('/tmp'))\n"
        "print(sorted(int(name) for name in os.listdir('/proc') if name.isdigit()))"
    )

    run = execute(owner, cell)

    assert (run.status, run.error) == ("succeeded", None)
    assert printed(owner, run) == ["['.ipython'] False False", "[1, 2]"]
