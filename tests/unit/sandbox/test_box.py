"""A box's command shows the code what it should see and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from workbench.core.errors import Unavailable
from workbench.core.settings import Settings
from workbench.sandbox import bubblewrap, places
from workbench.sandbox.box import Box
from workbench.sandbox.limits import Limits


@pytest.fixture
def box(tmp_path, monkeypatch):
    """A box whose folder is in a home."""
    monkeypatch.setattr(bubblewrap, "path", lambda: "bwrap")
    return Box(folder=tmp_path / "home" / "run", limits=Limits.of(Settings()), hidden=(tmp_path / "home",))


def bound(command, *options):
    """The places that a command binds with certain options."""
    return {Path(command[at + 2]) for at, word in enumerate(command) if word in options}


def test_only_the_folder_can_be_written(box, tmp_path):
    """Of the machine, nothing is bound to be written but the box's own folder and its shared ones."""
    command = box.command([sys.executable])

    assert bound(command, "--bind") == {Path("/workspace")}
    assert command[command.index("--bind") + 1] == str(tmp_path / "home" / "run")
    assert not bound(command, "--dev-bind", "--bind-try")


def test_the_home_is_covered_where_a_readable_folder_holds_it(box, tmp_path):
    """A folder that the settings let be read shows the home that lies in it as empty."""
    (tmp_path / "home").mkdir()
    shown = Box(folder=box.folder, limits=box.limits, hidden=box.hidden, readable=(tmp_path,))
    command = shown.command([sys.executable])

    assert tmp_path in bound(command, "--ro-bind")
    assert command[command.index(str(tmp_path / "home")) - 1] == "--tmpfs"


def test_the_environment_is_made_anew(box, monkeypatch):
    """Nothing of the server's environment comes through but language and time zone."""
    monkeypatch.setenv("WORKBENCH_KEY", "secret")
    monkeypatch.setenv("JPY_API_TOKEN", "secret")
    monkeypatch.setenv("TZ", "Europe/Vienna")

    assert set(box.environment()) - {"LC_ALL", "LC_CTYPE"} == {
        "LANG",
        "TZ",
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "TMPDIR",
    }
    assert "secret" not in box.environment().values()


def test_a_kernel_of_another_environment_is_seen_with_its_python(tmp_path):
    """A virtual environment is shown together with the Python that it was made from; a bare folder is not."""
    environment, base = tmp_path / "env", tmp_path / "base"
    for folder in (environment, base, tmp_path / "own"):
        (folder / "bin").mkdir(parents=True)
    (environment / "pyvenv.cfg").write_text(f"home = {base}/bin\nversion = 3.13\n")

    assert {environment, base} <= places.python(str(environment / "bin" / "python"))
    assert tmp_path / "own" not in places.python(str(tmp_path / "own" / "bin" / "python"))


def test_without_bubblewrap_nothing_runs(monkeypatch):
    """The error says what to install, and how to do without."""
    monkeypatch.setattr("shutil.which", lambda _: None)

    with pytest.raises(Unavailable) as error:
        bubblewrap.path()

    assert error.value.code == "no_sandbox"
    assert "apt-get install bubblewrap" in error.value.fix
    assert "--allow-unsandboxed" in error.value.fix


def test_a_bubblewrap_that_may_not_make_namespaces_is_refused(monkeypatch, tmp_path):
    """What the program says against it is in the error."""
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'No permissions to create a new namespace' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda _: str(program))

    with pytest.raises(Unavailable, match="No permissions to create a new namespace"):
        bubblewrap.path()
