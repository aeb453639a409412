"""`workbench demo NOTEBOOK`: a notebook of one's own is in the catalog and has run, or is told what it lacks."""

from dataclasses import replace
from types import MappingProxyType

import nbformat
import pytest

from tests.factories.notebooks import notebook
from workbench.core.errors import WorkbenchError
from workbench.demo import own
from workbench.home import local_caller, open_home


@pytest.fixture
def demo(settings, tmp_path):
    """Carries out the demo of a notebook of these cells, up to its end."""

    def carried_out(*sources, parameters="n: int = 2  # How many", name="My notebook.ipynb", **settled):
        nbformat.write(notebook(*sources, parameters=parameters), tmp_path / "mine.ipynb")
        path = tmp_path / "mine.ipynb"
        path = path.rename(tmp_path / name)
        return own.carry_out(replace(settings, **settled), path, port=None, serve=False, browser=False)

    return carried_out


def test_a_notebook_is_registered_and_has_run(demo, settings, capsys):
    """Its defaults were used, and where everything is was said, with how to make a token for a call."""
    assert demo("print(n)") == 0

    said = capsys.readouterr().out
    workbench = open_home(settings)
    caller = local_caller(workbench)
    [run] = caller.call("runs.list").items
    [pipeline] = caller.call("pipelines.list").items
    workbench.close()
    assert (run.status, run.pipeline_id, pipeline.name) == ("succeeded", pipeline.id, "my_notebook")
    assert str(run.id) in said
    assert f"workbench --home {settings.home} tokens create" in said


def test_without_a_home_of_ones_own_a_new_one_is_made(demo, settings, capsys, monkeypatch, tmp_path):
    """Nothing of the demo comes into the home that is meant where none is named."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    assert demo("n", origins=MappingProxyType({"home": "default"})) == 0

    [made] = tmp_path.glob("workbench-demo-*")
    assert str(made) in capsys.readouterr().out
    assert (made / "workbench.db").exists()


@pytest.mark.parametrize(
    ("sources", "parameters", "code", "said"),
    [
        (["1 / 0"], "n = 1", "run_failed", "cell 2: ZeroDivisionError: division by zero Mend that cell"),
        (["open('data.csv')"], "n = 1", "run_failed", "'data.csv' A pipeline runs in a folder of its own"),
        (["1 + 1"], None, "no_parameters", "has no parameters, so there is no form to make. Put what may change"),
    ],
    ids=["a failing cell", "a file beside it", "no parameters"],
)
def test_what_cannot_be_shown_says_what_and_how_to_mend_it(demo, sources, parameters, code, said):
    """A failing cell is named with its cause, and a notebook without parameters is told how to have some."""
    with pytest.raises(WorkbenchError) as refused:
        demo(*sources, parameters=parameters)

    assert refused.value.code == code
    assert said in f"{refused.value.detail} {refused.value.fix}"


def test_a_file_that_is_not_there_is_named(settings, tmp_path):
    """Before anything is made."""
    with pytest.raises(WorkbenchError, match=r"There is no notebook .*nowhere\.ipynb"):
        own.carry_out(settings, tmp_path / "nowhere.ipynb", port=None, serve=False, browser=False)
