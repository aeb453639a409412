"""`workbench serve`, as a shell starts it."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.runner.team import until_ready
from workbench.sandbox import bubblewrap

pytestmark = pytest.mark.timeout(120)


def test_a_team_is_served_until_it_is_stopped(home: Path, environment, run_cli, free_port, tmp_path):
    """It comes up, denies a stranger, refuses a second server by name, writes no token, and ends cleanly."""
    bubblewrap.path()
    (home / "config.toml").write_text("team = true\n")
    command = [sys.executable, "-m", "workbench.cli", "serve", "--no-browser", "--port", str(free_port)]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=log, stdout=log)
    try:
        base = f"http://localhost:{free_port}"
        until_ready(base, process)
        second = run_cli("serve", "--no-browser", "--port", str(free_port))
        stranger = [httpx.get(f"{base}/{path}").status_code for path in ("lab", "api/contents", "api", "workbench")]
    finally:
        process.terminate()
        code = process.wait(30)

    assert stranger == [401, 401, 404, 401]
    assert second.returncode == 5
    assert f"process {process.pid} on {socket.gethostname()}" in second.stderr
    assert code == 0
    told = (tmp_path / "log").read_text()
    assert f"The workbench is at http://localhost:{free_port}/workbench." in told
    assert "token" not in told
    assert "Traceback" not in told


def test_a_persons_home_is_not_served(run_cli):
    """Whoever wants a team's is told how to make one, with the exit code of wrong usage."""
    done = run_cli("serve", "--no-browser")

    assert done.returncode == 2
    assert "workbench init --admin-email" in done.stderr
