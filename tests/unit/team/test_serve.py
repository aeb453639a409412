"""What `workbench serve` asks before it serves."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jupyter_ext.team import __main__ as team
from jupyter_ext.team.lock import only_server
from workbench.core.errors import Conflict, Invalid, Unavailable
from workbench.core.settings import Settings, load
from workbench.sandbox import bubblewrap


def settings(home: Path, **more: object) -> Settings:
    """The settings of a team's home."""
    return load({"home": home, "team": True, **more}, environ={})


def test_a_persons_home_is_not_served(tmp_path):
    """Whoever wants a team's is told how to make one."""
    with pytest.raises(Invalid, match="workbench init"):
        team.check(settings(tmp_path, team=False), "localhost")


def test_nothing_is_served_without_a_sandbox(tmp_path, monkeypatch):
    """Unless it was said that people's code may have all rights of the server."""
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(Unavailable, match="apt-get install bubblewrap"):
        team.check(settings(tmp_path), "localhost")
    team.check(settings(tmp_path, allow_unsandboxed=True), "localhost")


def test_others_are_served_only_under_a_name(tmp_path, monkeypatch):
    """Without one every request of theirs would be refused, and links in mails would lead nowhere."""
    monkeypatch.setattr(bubblewrap, "path", lambda: "/usr/bin/bwrap")
    with pytest.raises(Invalid, match="public_url"):
        team.check(settings(tmp_path), "0.0.0.0")
    team.check(settings(tmp_path, public_url="https://data.example.org/"), "0.0.0.0")
    team.check(settings(tmp_path, hosts="data"), "0.0.0.0")


def test_a_public_url_is_an_address(tmp_path):
    """Else links in mails would lead nowhere."""
    with pytest.raises(Invalid, match="no address"):
        team.check(settings(tmp_path, public_url="data.example.org"), "localhost")


def test_a_second_server_is_refused_by_name(tmp_path):
    """It is told which process serves the home, and may serve it afterwards."""
    with only_server(tmp_path), pytest.raises(Conflict, match=f"process {os.getpid()} on "), only_server(tmp_path):
        pass
    with only_server(tmp_path):
        pass


def test_a_refusal_is_said_as_any_command_says_it(tmp_path, monkeypatch, capsys):
    """On stderr, with the way out and the exit code of its kind."""
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))

    assert team.main([]) == 2
    assert "is not a team's" in capsys.readouterr().err
