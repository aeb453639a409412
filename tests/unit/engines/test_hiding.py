"""Notebooks are saved without the secrets that the saving process opened."""

from __future__ import annotations

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from workbench.core.secrets import HIDDEN, know
from workbench.engines.hiding import without_secrets
from workbench.engines.saving import Saver, WholeFiles, notebook_bytes
from workbench.engines.writing import notebook_text

CANARY = 'c4n4ry"\\n0te'


def outputs(value: str) -> list:
    """Every kind of output, each with a value in it."""
    return [
        new_output("stream", text=f"one {value}\ntwo {value}\n"),
        new_output("execute_result", {"text/plain": repr(value), "application/json": {"a": [value, 1, None]}}),
        new_output("display_data", {"text/html": f"<b>{value}</b>"}),
        new_output("error", ename="E", evalue=value, traceback=[f"line {value}", "more"]),
    ]


def notebook(value: str):
    """A notebook that says a value everywhere."""
    nb = new_notebook(cells=[new_code_cell(f"print('{value}')", outputs=outputs(value), id="a")])
    nb.metadata["papermill"] = {"parameters": {"word": value}}
    return nb


def test_a_known_secret_is_in_no_part_of_a_saved_notebook(tmp_path):
    """Sources, outputs of every kind and parameters are without it, and the notebook is valid, however it is saved."""
    know(CANARY)
    nb = notebook(CANARY)
    Saver(str(tmp_path / "a.ipynb")).save(nb)
    WholeFiles().write(nbformat.writes(nb), str(tmp_path / "b.ipynb"))
    for name in ("a.ipynb", "b.ipynb"):
        text = (tmp_path / name).read_text()
        nbformat.validate(nbformat.reads(text, as_version=4))

        assert "c4n4ry" not in text
        assert text.count(HIDDEN) == 9
    assert json.loads((tmp_path / "a.ipynb").read_text()) == json.loads(nbformat.writes(notebook(HIDDEN)))
    assert nb == notebook(CANARY), "the notebook in memory is not touched"


def test_what_holds_no_secret_is_saved_byte_for_byte():
    """Knowing a secret changes nothing of a notebook without it."""
    know(CANARY)
    nb = notebook("harmless")

    assert notebook_bytes(nb) == notebook_text(nb).encode()


@pytest.mark.parametrize("word", ["cell_type", "metadata", "execution_count", "display_data"])
def test_a_secret_that_is_a_word_of_the_format_spoils_no_notebook(word):
    """A password of that kind is hidden in what people wrote, and the file still is a notebook."""
    know(word)
    text = without_secrets(nbformat.writes(notebook(word)))

    nbformat.validate(nbformat.reads(text, as_version=4))
    assert json.loads(text)["cells"][0]["source"] == [f"print('{HIDDEN}')"]


def test_what_is_no_notebook_is_hidden_as_text():
    """A file that papermill writes otherwise is looked through all the same."""
    know(CANARY)

    assert without_secrets(f"x {CANARY} y") == f"x {HIDDEN} y"
