"""The shipped notebooks follow the rules of the house, and a home's copies of them are safe."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from workbench.demo.notebooks import copy_notebooks
from workbench.demo.places import APPS, NOTEBOOKS, shipped_notebooks

PIPELINES = [name for name in NOTEBOOKS if name not in (*APPS, "tutorial")]


def read(name):
    """A shipped notebook."""
    return nbformat.read(shipped_notebooks() / f"{name}.ipynb", as_version=4)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_valid_and_holds_no_output(name):
    """What is committed is source: no outputs, no counters, nothing of the machine it was written on."""
    notebook = read(name)
    nbformat.validate(notebook)

    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [(cell.outputs, cell.execution_count) for cell in code] == [([], None)] * len(code)
    assert set(notebook.metadata) <= {"kernelspec", "language_info", "workbench"}
    assert notebook.metadata.kernelspec.name == "python3"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_teaches(name):
    """It opens with a title, and there is about as much to read as to run."""
    cells = read(name).cells
    kinds = [cell.cell_type for cell in cells]

    assert cells[0].source.startswith("# ")
    assert kinds.count("markdown") * 2 >= kinds.count("code")


@pytest.mark.parametrize("name", PIPELINES)
def test_a_pipeline_has_one_cell_of_typed_parameters_with_help(name):
    """Each line of the tagged cell has a name, a type, a default and a comment, for the form is made of it."""
    tagged = [cell for cell in read(name).cells if "parameters" in cell.metadata.get("tags", [])]

    assert len(tagged) == 1
    for line in tagged[0].source.splitlines():
        declaration, _, comment = line.partition("  # ")
        parameter, _, default = declaration.partition(" = ")
        assert ": " in parameter
        assert default
        assert comment


@pytest.mark.parametrize("name", [*PIPELINES, *APPS])
def test_a_pipeline_says_what_it_reads_and_writes(name):
    """The metadata name every connector and table that the code does."""
    notebook = read(name)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    metadata = notebook.metadata.workbench

    assert (metadata.schema, bool(metadata.title)) == (1, True)
    assert all(table in code for table in [*metadata.reads, *metadata.get("writes", [])])


def saved(*sources, outputs=()):
    """A notebook's file as it is when somebody has saved it."""
    cells = [new_code_cell(source, outputs=list(outputs)) for source in sources]
    return nbformat.writes(new_notebook(cells=cells))


def test_copies_follow_what_is_shipped_until_a_person_changes_them(tmp_path, monkeypatch):
    """An untouched copy is brought up to date, one that was only run too; one that was edited is never overwritten."""
    shipped, home = tmp_path / "shipped", tmp_path / "home"
    shipped.mkdir()
    for name in NOTEBOOKS:
        (shipped / f"{name}.ipynb").write_text(saved("1"))
    monkeypatch.setattr("workbench.demo.notebooks.shipped_notebooks", lambda: shipped)
    copy_notebooks(home)
    mine, untouched, gone, run = (home / f"{name}.ipynb" for name in NOTEBOOKS[:4])
    mine.write_text(saved("my own work"))
    gone.unlink()
    run.write_text(saved("1", outputs=[new_output("stream", text="1")]))
    for name in NOTEBOOKS:
        (shipped / f"{name}.ipynb").write_text(saved("2"))

    copy_notebooks(home)

    sources = [nbformat.read(path, as_version=4).cells[0].source for path in (mine, untouched, gone, run)]
    assert sources == ["my own work", "2", "2", "2"]
    assert sorted(path.name for path in home.glob("[!.]*")) == sorted(f"{name}.ipynb" for name in NOTEBOOKS)


def test_outputs_are_kept_while_nothing_new_is_shipped(tmp_path):
    """Running a copy in JupyterLab saves its outputs, and the next demo does not throw them away."""
    copy_notebooks(tmp_path)
    notebook = nbformat.read(tmp_path / "tutorial.ipynb", as_version=4)
    notebook.cells[1].outputs = [new_output("stream", text="a result")]
    nbformat.write(notebook, tmp_path / "tutorial.ipynb")

    copy_notebooks(tmp_path)

    assert "a result" in (tmp_path / "tutorial.ipynb").read_text()


@pytest.mark.parametrize("record", ["", "[]", "nonsense"])
def test_without_a_record_of_copies_nothing_is_overwritten(tmp_path, record):
    """When it is not known who wrote a file, it is taken for a person's."""
    (tmp_path / ".shipped.json").write_text(record)
    (tmp_path / "tutorial.ipynb").write_text("my own work")

    copy_notebooks(tmp_path)

    assert (tmp_path / "tutorial.ipynb").read_text() == "my own work"
    assert "daily_delays.ipynb" in json.loads((tmp_path / ".shipped.json").read_text())
