"""A home that cannot be opened leaves Jupyter working, and every route of ours says why."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from contextlib import closing

import httpx
import pytest

from tests.integration.jupyter_ext.serving import serving
from workbench.core.errors import Unavailable
from workbench.core.settings import load


@pytest.fixture
def newer(tmp_path):
    """The settings of a home that was made by newer code."""
    folder = tmp_path / "home"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "workbench.db")) as db:
        db.execute("CREATE TABLE alembic_version (version_num TEXT)")
        db.execute("INSERT INTO alembic_version VALUES ('9999')")
        db.commit()
    return load({"home": folder, "root": tmp_path, "executor": False}, environ={})


def test_a_newer_home_is_refused_on_every_route(newer, tmp_path):
    """API, readyz and events answer 503 with the mend; livez and Jupyter's own API work."""
    with serving(tmp_path, newer) as server, server.client() as api:
        for route in ("/me", "/w/default/runs", "/events", "/openapi.json", f"{server.base}workbench/readyz"):
            answer = api.get(route)
            assert (answer.status_code, answer.json()["code"]) == (503, "home_newer"), answer.text
            assert "pip install -U" in answer.json()["fix"]
        assert httpx.get(f"{server.base}workbench/livez").status_code == 200
        assert api.get(f"{server.base}api/status").status_code == 200


def test_an_upload_to_a_closed_home_is_refused_too(newer, tmp_path):
    """A body is not read into nowhere: the answer is the same 503."""
    with serving(tmp_path, newer) as server, server.client() as api:
        assert api.post("/w/default/things", json={"name": "a"}).status_code == 503


def test_a_server_that_opened_its_home_says_where_the_page_is(tmp_path, caplog, monkeypatch):
    """Jupyter's log has the address, without a token, and says that JupyterLab has no sidebar where that is so."""
    from tests.integration.jupyter_ext import toys

    monkeypatch.setattr("workbench.doctor.machine.LABEXTENSION", "@nobody/built-this")
    settings = load({"home": tmp_path / "home", "root": tmp_path, "executor": False}, environ={})
    listening = threading.Event()

    def opener(given):
        listening.wait(30)
        return toys.open_toys(given)

    with serving(tmp_path, settings, opener) as server:
        log = server.extension.log
        log.setLevel(logging.INFO)
        log.addHandler(caplog.handler)
        listening.set()
        server.workbench  # noqa: B018 - waits until it is open

    assert f"The workbench is at {server.app.connection_url}workbench" in caplog.messages
    assert any("no sidebar of ours" in message and "make bundle" in message for message in caplog.messages)


def test_a_home_that_is_mended_opens_without_a_restart(tmp_path, monkeypatch):
    """What kept the home closed is tried again after a while, by the next request."""
    from jupyter_ext import opening
    from tests.integration.jupyter_ext import toys

    monkeypatch.setattr(opening, "AGAIN_SECONDS", 0.1)
    settings = load({"home": tmp_path / "home", "root": tmp_path, "executor": False}, environ={})
    broken = [True]

    def opener(given):
        if broken:
            raise Unavailable("The database is locked.", fix="Wait.", code="database_locked", retry_after=1)
        return toys.open_toys(given)

    with serving(tmp_path, settings, opener) as server, server.client() as api:
        refused = api.get("/w/default/things")
        broken.clear()
        time.sleep(0.2)
        mended = api.get("/w/default/things")

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert mended.status_code == 200


def test_a_fault_while_opening_is_told_without_its_traceback(tmp_path):
    """An unexpected error is a 503 that names its kind and where to look."""
    settings = load({"home": tmp_path / "home", "root": tmp_path, "executor": False}, environ={})

    def opener(_):
        raise ZeroDivisionError("division by zero")

    with serving(tmp_path, settings, opener) as server, server.client() as api:
        answer = api.get("/w/default/things")

    assert (answer.status_code, answer.json()["code"]) == (503, "home_unavailable")
    assert "Traceback" not in answer.text
    assert "doctor" in answer.json()["fix"]


def test_jupyter_serves_the_real_home_with_no_configuration(tmp_path, monkeypatch):
    """With nothing configured the home is created on first use, and its owner is Admin of workspace default."""
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))

    with serving(tmp_path) as server, server.client() as api:
        me = api.get("/me").json()

    assert [(part["name"], part["roles"]) for part in me["workspaces"]] == [("default", ["admin"])]
    assert (tmp_path / "home" / "workbench.db").exists()


def test_traits_become_settings(tmp_path):
    """What Jupyter's configuration says of the workbench is in the settings, whose root is Jupyter's."""
    settings = load({"home": tmp_path / "configured", "root": tmp_path}, environ={})

    with serving(tmp_path, settings, WorkbenchApp={"slots": 7, "executor": False}) as server:
        found = server.workbench.settings

    assert (found.slots, found.executor, found.home, found.root) == (7, False, tmp_path / "configured", tmp_path)


def test_a_teams_home_is_not_opened_by_a_personal_server(tmp_path):
    """Jupyter's one token would be the way into everybody's work: the answer says which server to start."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.toml").write_text("team = true\n")
    settings = load({"home": home, "root": tmp_path, "executor": False}, environ={})
    with serving(tmp_path, settings) as server, server.client() as api:
        answer = api.get("/me")

    assert (answer.status_code, answer.json()["code"]) == (503, "team_home")
    assert "workbench serve" in answer.json()["fix"]
