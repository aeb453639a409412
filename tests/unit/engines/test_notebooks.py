"""Ugly notebooks: read, mended or refused with the reason."""

from __future__ import annotations

import json

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.errors import Invalid, TooLarge
from workbench.engines.declarations import tagged_cells
from workbench.engines.kernelspecs import is_python
from workbench.engines.notebooks import from_json, read

V3 = {
    "nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "old"},
    "worksheets": [{"cells": [
        {"cell_type": "code", "input": "a = 1", "outputs": [], "language": "python", "collapsed": False,
         "metadata": {"tags": ["parameters"]}},
    ], "metadata": {}}],
}  # fmt: skip
CELL = {"cell_type": "code", "source": "1", "metadata": {}, "outputs": [], "execution_count": None}


def v4(*cells: dict, minor: int = 5) -> dict:
    """A notebook of the current format."""
    return {"nbformat": 4, "nbformat_minor": minor, "metadata": {}, "cells": list(cells)}


def test_an_old_notebook_is_upgraded():
    """Format 3 becomes format 4, and its tags come along."""
    found = read(json.dumps(V3).encode())

    assert type(found) is nbformat.NotebookNode
    assert found.nbformat == 4
    assert [(cell.source, cell.metadata.tags) for cell in found.cells] == [("a = 1", ["parameters"])]


def test_what_was_given_is_not_changed():
    """Reading makes a copy."""
    given_notebook = v4({**CELL, "id": "a"}, {**CELL, "id": "a"})
    before = json.dumps(given_notebook)

    from_json(given_notebook)

    assert json.dumps(given_notebook) == before


def test_cells_get_ids_of_their_own():
    """Missing, wrong and doubled ids are replaced, good ones kept."""
    found = from_json(v4({**CELL, "id": "a"}, CELL, {**CELL, "id": "a"}, {**CELL, "id": 7}))

    ids = [cell.id for cell in found.cells]
    assert ids[0] == "a"
    assert len(set(ids)) == 4


def test_a_byte_order_mark_is_read_over():
    """Some editors begin files with one."""
    assert read(b"\xef\xbb\xbf" + json.dumps(v4()).encode()).cells == []


def test_source_as_lines_is_joined():
    """On disk a cell's source is a list of lines."""
    assert from_json(v4({**CELL, "id": "a", "source": ["a\n", "b"]})).cells[0].source == "a\nb"


@pytest.mark.parametrize(
    "odd",
    [
        v4() | {"metadata": {"kernelspec": {"name": "python3"}}},
        v4() | {"metadata": {"kernelspec": {"display_name": 3}, "authors": 7, "language_info": {}}},
        v4({**CELL, "id": "a", "outputs": [{"output_type": "stream", "text": 3}]}),
        v4({**CELL, "id": "a", "metadata": {"tags": "parameters", "collapsed": "no"}}),
        v4({**CELL, "id": "not valid!"}, minor=4),
        v4({**CELL, "extra": 1, "id": "a"}),
    ],
)
def test_odd_metadata_and_outputs_do_not_matter(odd: dict):
    """What papermill runs with a shrug is read here too."""
    found = from_json(odd)

    assert found.nbformat == 4
    assert not is_python(found) or found.metadata.kernelspec.name == "python3"
    assert tagged_cells(found) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "notebook_not_json"),
        (b"# %% a script\nprint(1)", "notebook_not_json"),
        (b"\x80abc", "notebook_not_json"),
        (json.dumps(v4(CELL)).encode()[:-20], "notebook_not_json"),
        (b"[]", "notebook_invalid"),
        (b'"x"', "notebook_invalid"),
        (b"{}", "notebook_invalid"),
        (b'{"nbformat": "4"}', "notebook_invalid"),
        (b'{"nbformat": 2, "worksheets": []}', "notebook_format"),
        (b'{"nbformat": 5}', "notebook_format"),
        (b'{"nbformat": 4, "nbformat_minor": 5}', "notebook_invalid"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": [], "cells": {}}', "notebook_invalid"),
        (json.dumps(v4({"cell_type": "code"})).encode(), "notebook_invalid"),
        (json.dumps(v4({**CELL, "cell_type": "poem"})).encode(), "notebook_invalid"),
        (json.dumps(v4(3)).encode(), "notebook_invalid"),
        (b'{"nbformat": 3}', "notebook_invalid"),
        (b"[" * 100_000, "notebook_invalid"),
    ],
)
def test_what_is_no_notebook_is_refused_with_the_reason(content: bytes, code: str):
    """Whatever else it is, the refusal has a code of its own, a cause and a mend."""
    with pytest.raises(Invalid) as refusal:
        read(content, name="'x.ipynb'")

    assert refusal.value.code == code
    assert "'x.ipynb'" in refusal.value.detail
    assert refusal.value.fix


def test_a_huge_notebook_is_refused_before_it_is_parsed():
    """50 MB are too much, and the mend says what to do about it."""
    with pytest.raises(TooLarge, match=r"50\.0 MiB; at most 20 MiB") as refusal:
        read(b"x" * (50 * 1024 * 1024), limit=20 * 1024 * 1024)

    assert "Clear its outputs" in refusal.value.fix


KEYS = ["cells", "metadata", "cell_type", "source", "outputs", "worksheets", "id", "x"]
json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(KEYS), inner, max_size=5
    ),
    max_leaves=15,
)  # fmt: skip


@given(json_like, st.sampled_from([3, 4]), st.integers(0, 6))
def test_any_json_is_a_notebook_or_a_refusal(found: object, major: int, minor: int):
    """Nothing that a notebook's JSON may hold ends in another error."""
    whole = {"nbformat": major, "nbformat_minor": minor, **(found if isinstance(found, dict) else {})}
    try:
        read_notebook = from_json(whole)
    except Invalid:
        return
    tagged_cells(read_notebook)
    is_python(read_notebook)
