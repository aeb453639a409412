"""Notebooks on their way into the catalog."""

from __future__ import annotations

import copy
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.factories.notebooks import notebook, plain
from workbench.core.errors import Invalid, NotFound, TooLarge
from workbench.domains.pipelines.service import notebooks, parse_notebook, sources
from workbench.domains.pipelines.service.catalog import draft
from workbench.domains.pipelines.service.sources import Source, from_json, from_path, slug


def content(nb: Any) -> bytes:
    """A notebook as a file."""
    return json.dumps(nb).encode()


def digest(nb: Any) -> str:
    """The hash of a notebook's content."""
    return notebooks.digest_of(notebooks.stripped(parse_notebook(content(nb))))


def test_two_parameters_cells_are_refused_by_name():
    """The refusal says which cells bear the tag."""
    nb = notebook("a = 1", "b = 2", "c = 3")
    for place in (0, 2):
        nb.cells[place].metadata["tags"] = ["parameters"]

    with pytest.raises(Invalid, match="cells 1, 3 are all tagged") as refusal:
        parse_notebook(content(nb))

    assert refusal.value.code == "duplicate_parameters"
    assert [error["pointer"] for error in refusal.value.errors] == ["/cells/0/metadata/tags", "/cells/2/metadata/tags"]


def test_the_limit_is_the_callers():
    """How large a notebook may be is a setting."""
    with pytest.raises(TooLarge):
        parse_notebook(content(notebook("1")), limit=100)


@pytest.mark.parametrize(
    ("own", "pointer"),
    [
        ({}, "/metadata/workbench"),
        ({"schema": 2}, "/metadata/workbench/schema"),
        ({"schema": 1, "extra": 1}, "/metadata/workbench"),
        ({"schema": 1, "id": "Not A Name"}, "/metadata/workbench/id"),
        ({"schema": 1, "reads": "flights"}, "/metadata/workbench/reads"),
        ({"schema": 1, "writes": ["a b"]}, "/metadata/workbench/writes/0"),
        ([], "/metadata/workbench"),
        ({"schema": 1, "late_after": math.nan}, "/metadata/workbench/late_after"),
        ({"schema": 1, "late_after": math.inf}, "/metadata/workbench/late_after"),
        ({"schema": 1, "late_after": -1}, "/metadata/workbench/late_after"),
        ({"schema": 1, "late_after": True}, "/metadata/workbench/late_after"),
    ],
)
def test_our_metadata_are_as_their_schema_says(own: Any, pointer: str):
    """What is wrong in `metadata.workbench` is pointed at."""
    nb = notebook("1")
    nb.metadata["workbench"] = own

    with pytest.raises(Invalid) as refusal:
        parse_notebook(content(nb))

    assert refusal.value.code == "notebook_metadata"
    assert refusal.value.errors[0]["pointer"] == pointer


def test_a_cells_metadata_are_checked_too():
    """A cell may only say which node of the graph it is."""
    nb = notebook("1")
    nb.cells[0].metadata["workbench"] = {"node": "load", "colour": "red"}

    with pytest.raises(Invalid) as refusal:
        parse_notebook(content(nb))
    assert refusal.value.errors[0]["pointer"] == "/cells/0/metadata/workbench"


def test_good_metadata_pass_and_those_of_others_are_not_touched():
    """Other tools' keys come through as they are, whatever they hold."""
    nb = notebook("1")
    nb.metadata |= {"workbench": {"schema": 1, "title": "T", "reads": ["a", "crm.*"]}, "jupytext": {"x": [1]}}
    nb.cells[0].metadata |= {"workbench": {"node": "n"}, "slideshow": {"slide_type": "slide"}}

    found = notebooks.stripped(parse_notebook(content(nb)))

    assert found["metadata"]["jupytext"] == {"x": [1]}
    assert found["cells"][0]["metadata"] == {"workbench": {"node": "n"}, "slideshow": {"slide_type": "slide"}}


def test_the_shipped_schema_is_one():
    """The JSON Schema of our metadata is valid."""
    Draft202012Validator.check_schema(notebooks.metadata_schema())


def test_running_a_notebook_makes_no_other_one():
    """Outputs, counts, timings, cell ids and papermill's records do not change the hash; a cell's code does."""
    nb = json.loads(content(plain("print(1)", parameters="a = 1")))
    executed = copy.deepcopy(nb)
    executed["metadata"] |= {"papermill": {"duration": 1}, "widgets": {}}
    executed["metadata"]["language_info"] = {"name": "python", "version": "3.12.1"}
    nb["metadata"]["language_info"] = {"name": "python", "version": "3.11.0"}
    executed["cells"][1] |= {"id": "other", "execution_count": 7}
    executed["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1\n"}]
    executed["cells"][1]["metadata"] = {"execution": {"iopub.status.busy": "x"}, "papermill": {}, "scrolled": True}
    changed = copy.deepcopy(nb)
    changed["cells"][1]["source"] = "print(2)"

    assert digest(executed) == digest(nb)
    assert digest(changed) != digest(nb)
    assert "outputs" in notebooks.stripped(parse_notebook(content(executed)))["cells"][1]
    assert notebooks.stripped(parse_notebook(content(executed)))["cells"][1]["outputs"] == []


def test_opening_a_notebook_makes_no_other_one():
    """What JupyterLab keeps of a kernel once one is connected does not change the hash; another kernel does."""
    nb = json.loads(content(plain("1")))
    nb["metadata"] = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    opened, another = copy.deepcopy(nb), copy.deepcopy(nb)
    opened["metadata"]["kernelspec"] |= {"display_name": "Python 3 (ipykernel)", "language": "python"}
    opened["metadata"]["language_info"] = {"name": "python", "mimetype": "text/x-python", "file_extension": ".py"}
    another["metadata"]["kernelspec"]["name"] = "ir"

    assert digest(opened) == digest(nb)
    assert digest(another) != digest(nb)


def test_the_order_of_keys_makes_no_other_notebook():
    """Two tools that write the same notebook differently have written the same."""
    nb = json.loads(content(plain("1")))
    other = {key: nb[key] for key in reversed(list(nb))}

    assert digest(other) == digest(nb)


@given(st.lists(st.text(max_size=30), max_size=5))
def test_packing_keeps_every_source(codes: list[str]):
    """What was stored is what is run."""
    made = notebooks.stripped(notebook(*codes))
    found = notebooks.unpack(notebooks.pack(made))

    assert [cell["source"] for cell in found["cells"]] == codes
    assert notebooks.digest_of(found) == notebooks.digest_of(made)


def test_a_notebook_without_a_kernel_is_refused():
    """Neither kernel nor language: nothing could run it."""
    nb = notebook("1")
    nb.metadata = {}

    with pytest.raises(Invalid, match="has no kernel"):
        draft(Source(content(nb)), limit=10**6)


def test_an_old_notebook_is_upgraded_and_kept():
    """Format 3 is run as format 4; what was given is kept beside it."""
    old = {
        "nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "x", "kernelspec": {"name": "python3"}},
        "worksheets": [{"cells": [{"cell_type": "code", "input": "1", "outputs": [], "language": "python",
                                   "collapsed": False, "metadata": {}}], "metadata": {}}],
    }  # fmt: skip
    old["metadata"]["language_info"] = {"name": "python"}

    found = draft(Source(content(old), "old.ipynb"), limit=10**6)

    assert found.content["nbformat"] == 4
    assert found.original == old
    assert draft(from_json(plain("1")), limit=10**6).original is None


def test_a_draft_is_named_by_what_it_says_of_itself():
    """Name, title, description, reads and writes come from the notebook; else from heading and file."""
    nb = notebook("1")
    nb.cells.insert(0, {"cell_type": "markdown", "metadata": {}, "source": "text\n# The Heading #\n", "id": "h"})
    plainly = draft(Source(content(nb), "notebooks/My report-2024.ipynb"), limit=10**6)
    nb.metadata["workbench"] = {
        "schema": 1, "id": "own_name", "title": "Own", "description": "Why", "reads": ["b", "a"], "writes": ["t"],
    }  # fmt: skip
    own = draft(Source(content(nb), "notebooks/x.ipynb"), limit=10**6)

    assert (plainly.name, plainly.title, plainly.reads) == ("my_report_2024", "The Heading", [])
    assert (own.name, own.title, own.description, own.reads, own.writes) == (
        "own_name",
        "Own",
        "Why",
        ["a", "b"],
        ["t"],
    )
    assert draft(Source(content(nb)), limit=10**6, name="given").name == "given"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Daily Delays", "daily_delays"),
        ("2024 report", "_2024_report"),
        ("é", "notebook"),
        ("x" * 99, "x" * 63),
        ("a.b", "a_b"),
    ],
)
def test_slugs(text: str, expected: str):
    """Any title becomes a name that the catalog takes."""
    assert slug(text) == expected


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with a notebook in it, and one outside."""
    (tmp_path / "root" / "in").mkdir(parents=True)
    (tmp_path / "root" / "in" / "a.ipynb").write_bytes(content(notebook("1")))
    (tmp_path / "outside.ipynb").write_bytes(content(notebook("1")))
    return tmp_path / "root"


def test_a_path_within_the_root_is_read(root: Path):
    """From the root or absolutely; the label is relative to the root."""
    for path in ("in/a.ipynb", str(root / "in" / "a.ipynb"), "in/../in/./a.ipynb"):
        assert from_path(path, root, 10**6).label == "in/a.ipynb"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("../outside.ipynb", "bad_path"), ("/etc/passwd", "bad_path"), ("in/{a}.ipynb", "bad_path"), ("in", "bad_path"),
        ("x\0y", "bad_path"), ("in/a.ipynb/x", "bad_path"), ("x" * 300, "bad_path"), ("link.ipynb", "bad_path"),
        ("none.ipynb", "file_not_found"), ("loop", "bad_path"),
    ],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_is_refused(root: Path, path: str, code: str):
    """No dots, links, braces or odd names lead out of the root, and the refusal says what to do."""
    (root / "link.ipynb").symlink_to(root.parent / "outside.ipynb")
    (root / "loop").symlink_to(root / "loop")

    with pytest.raises((Invalid, NotFound)) as refusal:
        from_path(path, root, 10**6)

    assert refusal.value.code == code
    assert code == "file_not_found" or refusal.value.fix


def test_a_huge_file_is_not_read(root: Path, monkeypatch: pytest.MonkeyPatch):
    """Its size alone refuses it."""
    with (root / "huge.ipynb").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    monkeypatch.setattr(sources, "_read", lambda *_: pytest.fail("it was read"))

    with pytest.raises(TooLarge, match=r"50\.0 MiB"):
        from_path("huge.ipynb", root, 20 * 1024 * 1024)
