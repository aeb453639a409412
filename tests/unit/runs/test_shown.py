"""What cells showed is sent in its best form, and cut to what a page can hold."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from workbench.core.ids import new_id
from workbench.core.settings import Settings
from workbench.domains.runs.models import Status
from workbench.domains.runs.service import ledger, shown


@pytest.fixture
def showed(tmp_path):
    """What a run's cells showed, given their outputs."""
    settings, run = Settings(home=tmp_path), SimpleNamespace(id=new_id(), attempt=1, status=Status.SUCCEEDED)

    def outputs(*cells, after=0, limit=20, code=True):
        folder = ledger.attempt_folder(settings, run.id, 1)
        folder.mkdir(parents=True, exist_ok=True)
        made = [{"cell_type": "code", "source": ["a = 1\n", "b"], "outputs": list(cell)} for cell in cells]
        notebook = {"cells": [{"cell_type": "markdown", "source": "# x"}, *made]}
        (folder / "output.ipynb").write_text(json.dumps(notebook))
        return shown.outputs(settings, run, after, limit, code=code)

    return outputs


def display(**data):
    """An output with some representations."""
    return {"output_type": "display_data", "data": data, "metadata": {}}


def test_each_output_comes_in_its_best_form(showed):
    """A picture before HTML before text; errors with their traceback; what cannot be shown is left out."""
    [cell] = showed([
        display(**{"text/plain": "<Figure>", "image/png": "iVBO\n"}),
        display(**{"text/html": ["<b>", "x</b>"], "text/plain": "x"}),
        display(**{"application/json": {"a": 1}}),
        display(**{"application/x-unknown": "x"}),
        {"output_type": "stream", "name": "stdout", "text": ["one\n", "two\n"]},
        {"output_type": "error", "ename": "KeyError", "evalue": "'day'", "traceback": []},
    ]).cells  # fmt: skip

    assert cell.source == "a = 1\nb"
    assert [(one.media_type, one.text) for one in cell.outputs] == [
        ("image/png", "iVBO\n"), ("text/html", "<b>x</b>"), ("application/json", '{\n "a": 1\n}'),
        ("text/plain", "one\ntwo\n"), (shown.TRACEBACK, "KeyError: 'day'"),
    ]  # fmt: skip


def test_fifty_megabytes_are_cut_to_what_a_page_holds(showed):
    """Long texts keep their beginning, large pictures are left out, and both are told."""
    many = [display(**{"text/plain": "x"})] * 100
    view = showed(
        [{"output_type": "stream", "name": "stdout", "text": "x" * 50_000_000}],
        [display(**{"image/png": "A" * 9_000_000})],
        many,
    )

    text, picture, several = view.cells
    assert (len(text.outputs[0].text), text.outputs[0].cut) == (shown.TEXT, True)
    assert (picture.outputs[0].text, picture.outputs[0].cut) == ("", True)
    assert (len(several.outputs), several.more) == (shown.OUTPUTS, 100 - shown.OUTPUTS)


def test_many_outputs_share_the_room_of_a_page(showed):
    """What comes first is there; of the rest texts are cut and pictures left out, and that is told."""
    texts = [display(**{"text/html": "x" * 90_000})] * 20
    pictures = [display(**{"image/png": "A" * 7_000_000})] * 3

    found = [one for cell in showed(texts, pictures).cells for one in cell.outputs]

    assert [len(one.text) for one in found[:12]] == [90_000] * 11 + [10_000]
    assert sum(len(one.text) for one in found[:20]) == shown.ALL_TEXT
    assert [len(one.text) for one in found[20:]] == [7_000_000, 7_000_000, 0]
    assert [one.cut for one in found] == [False] * 11 + [True] * 9 + [False, False, True]


def test_markdown_is_cut_sooner(showed):
    """To draw it takes long."""
    [cell] = showed([display(**{"text/markdown": "[a](" * 10_000})]).cells

    assert (len(cell.outputs[0].text), cell.outputs[0].cut) == (shown.MARKDOWN, True)


def test_cells_come_some_at_a_time(showed):
    """Numbered as the run counts them."""
    view = showed(*[[]] * 5, after=2, limit=2)

    assert ([cell.number for cell in view.cells], view.total) == ([3, 4], 5)


def test_who_reads_no_code_sees_what_it_made(showed):
    """The source is left out, and of an error what it says, not the lines that it quotes."""
    error = {"output_type": "error", "ename": "KeyError", "evalue": "'day'", "traceback": ["----> 1 secret()"]}

    found = showed([error], code=False).cells[0]

    assert found.source == ""
    assert [one.text for one in found.outputs] == ["KeyError: 'day'"]
