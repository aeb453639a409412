"""What a notebook is in the catalog, asked before it is registered."""

from __future__ import annotations

import nbformat
import pytest

from tests.factories.notebooks import notebook
from tests.factories.people import caller_of, principal
from workbench.core.errors import Invalid, NotFound, NotPermitted
from workbench.core.permissions import Role

ADD = "a: int = 1  # The first"


@pytest.fixture
def file(tmp_path):
    """A notebook within the root."""
    path = tmp_path / "add.ipynb"
    nbformat.write(notebook("a + 1", parameters=ADD), path)
    return path


def test_a_notebook_that_nobody_registered(caller, file):
    """It has the name that it would get and its parameters, and nothing is registered by asking."""
    seen = caller.call("pipelines.inspect", path="add.ipynb")

    assert (seen.name, seen.pipeline, seen.number) == ("add", None, None)
    assert seen.parameters["properties"]["a"]["default"] == 1
    assert caller.call("pipelines.list").items == []


def test_a_notebook_is_known_by_its_content(caller, file):
    """As long as it is a version it is known as that, outputs aside; once it differs, as none."""
    caller.call("pipelines.register", path="add.ipynb")
    shown = nbformat.read(file, as_version=4)
    shown.cells[-1].outputs = [nbformat.v4.new_output("stream", text="3")]
    changed = notebook("a + 2", parameters=ADD)

    known = caller.call("pipelines.inspect", path="add.ipynb", notebook=shown)
    unknown = caller.call("pipelines.inspect", path="add.ipynb", notebook=changed)

    assert (known.pipeline.name, known.pipeline.current_version, known.number) == ("add", 1, 1)
    assert (unknown.pipeline.name, unknown.number) == ("add", None)


def test_what_cannot_be_registered_is_refused_alike(caller, tmp_path):
    """A file that is missing or no notebook, and nothing at all."""
    (tmp_path / "text.ipynb").write_text("no")

    with pytest.raises(NotFound):
        caller.call("pipelines.inspect", path="nothing.ipynb")
    with pytest.raises(Invalid):
        caller.call("pipelines.inspect", path="text.ipynb")
    with pytest.raises(Invalid):
        caller.call("pipelines.inspect", path="../text.ipynb")
    with pytest.raises(Invalid, match="give path or notebook"):
        caller.call("pipelines.inspect")


def test_who_may_not_open_notebooks_may_not_ask(workbench, workspace, file):
    """The server's files are no business of an executor."""
    with pytest.raises(NotPermitted):
        caller_of(workbench, principal(workspace.id, Role.EXECUTOR)).call("pipelines.inspect", path="add.ipynb")
