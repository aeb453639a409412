"""Notebook 7, whose windows have room for one document: forms and runs are beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from tests.e2e.lab.conftest import DESK
from tests.factories.notebooks import notebook
from tests.runner.demo import START_SECONDS
from tests.runner.team import until_ready, unused_port

TOKEN = "notebook-seven"


@pytest.fixture(scope="module")
def seven(bundle, tmp_path_factory):
    """The address of a Notebook 7 whose folder has one notebook; its log has no fault of ours."""
    folder = tmp_path_factory.mktemp("seven")
    (folder / "files").mkdir()
    nbformat.write(notebook("print(month)", parameters="month: int = 1"), folder / "files" / "plain.ipynb")
    port = unused_port()
    command = [
        sys.executable, "-m", "notebook", "--no-browser", "--allow-root", f"--port={port}",
        f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder / 'files'}",
        "--ServerApp.jpserver_extensions=jupyter_ext=True",
    ]  # fmt: skip
    environment = os.environ | {"WORKBENCH_HOME": str(folder / "home"), "WORKBENCH_ROOT": str(folder / "files")}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        until_ready(f"http://localhost:{port}", process)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(START_SECONDS)
        shutil.rmtree(folder / "home", ignore_errors=True)
    assert not [line for line in (folder / "log").read_text().splitlines() if "/jupyter_ext/" in line]


@pytest.mark.thorough
def test_a_notebook_is_run_from_its_toolbar(seven, new_page):
    """The form and then the run are in the right panel, and the notebook stays where it is."""
    page = new_page(viewport=DESK)
    page.goto(f"{seven}/notebooks/plain.ipynb?token={TOKEN}")
    page.get_by_role("button", name="Preview the form").wait_for()
    page.locator('[data-command="workbench:run-notebook"]').click()
    page.get_by_text("plain.ipynb is in no catalog: it runs once, as it is now.").wait_for()
    page.get_by_role("form").get_by_role("button", name="Run", exact=True).click()

    page.get_by_role("article").get_by_text("succeeded").first.wait_for()
    assert page.get_by_role("button", name="Preview the form").is_visible()


@pytest.mark.thorough
def test_a_notebook_is_run_from_the_list_of_files(seven, new_page):
    """Its context menu opens the form beside the list."""
    page = new_page(viewport=DESK)
    page.goto(f"{seven}/tree?token={TOKEN}")
    page.locator(".jp-DirListing-item", has_text="plain.ipynb").click(button="right")
    page.get_by_role("menuitem", name="Run as Pipeline…").click()

    page.get_by_role("form").get_by_role("spinbutton", name="Month").wait_for()
