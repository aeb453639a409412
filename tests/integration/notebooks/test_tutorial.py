"""The tutorial runs from its first cell to its last, as it does in JupyterLab."""

import os

import nbformat
import pytest
from nbclient import NotebookClient

from workbench.demo.places import shipped_notebooks


@pytest.mark.timeout(900)
def test_every_cell_of_the_tutorial_runs(world, monkeypatch):
    """In a plain kernel that knows the home, every cell succeeds, the run is awaited, and the figure is drawn."""
    monkeypatch.setitem(os.environ, "WORKBENCH_HOME", str(world.home))
    notebook = nbformat.read(shipped_notebooks() / "tutorial.ipynb", as_version=4)

    NotebookClient(notebook, timeout=600, kernel_name="python3").execute(cwd=str(world.home / "notebooks"))

    printed = "".join(o.text for c in notebook.cells for o in c.get("outputs", []) if o.output_type == "stream")
    shown = {key for c in notebook.cells for o in c.get("outputs", []) for key in o.get("data", {})}
    assert "succeeded {'daily_delays': " in printed
    assert {"text/html", "application/vnd.jupyter.widget-view+json"} <= shown
    assert world.rows("SELECT count(*) FROM worst_days") == [(5,)]
