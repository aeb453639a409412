"""`workbench run` on notebooks that nobody registered, as someone who knows papermill types it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import nbformat
import pytest

from tests.factories.notebooks import plain

pytestmark = pytest.mark.timeout(400)  # whole runs on a machine that may be busy


@pytest.fixture
def notebook(tmp_path):
    """Writes a notebook into the working folder."""

    def write(name, *cells, **more):
        made = plain(*cells, **more)
        (tmp_path / name).write_text(json.dumps(made))
        return made

    return write


def test_the_output_is_papermills(cli, notebook, tmp_path, caplog):
    """It may be named behind the flags, holds the parameters, and says from what and to where it was made."""
    notebook("in.ipynb", "print(a, extra)", parameters="a = 1")

    said = cli("run", "in.ipynb", "-p", "a", "7", "-k", "python3", "out.ipynb", "-p", "extra", "x", "--log-output")

    assert (said.code, said.err, caplog.messages) == (0, "7 x\n", ["Passed unknown parameter: extra"])
    assert said.out.splitlines()[-1].split() == ["output", "out.ipynb"]
    papermill = nbformat.read(tmp_path / "out.ipynb", as_version=4).metadata.papermill
    assert papermill.parameters == {"a": 7, "extra": "x"}
    assert (papermill.input_path, papermill.output_path) == ("in.ipynb", str(tmp_path / "out.ipynb"))


def test_a_cell_that_fails_is_marked_in_the_output(cli, notebook, tmp_path):
    """The exit code is 1; the output has papermill's banner and what was printed before."""
    notebook("in.ipynb", "print('before')", "1 / 0")

    said = cli("run", "in.ipynb", "out.ipynb")

    assert said.code == 1
    assert said.err.endswith("Error: cell 2: ZeroDivisionError: division by zero\n")
    cells = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells
    assert "papermill-error-cell" in cells[0].source
    assert cells[1].outputs[0].text == "before\n"


def test_no_output_is_promised_where_there_is_none(cli, notebook, tmp_path):
    """A kernel that is not installed executes nothing; the mend names those that are."""
    notebook("in.ipynb", "1")

    said = cli("run", "in.ipynb", "out.ipynb", "-k", "nowhere")

    assert said.code == 1
    assert "output" not in said.out
    assert "installed: python3" in said.err
    assert not (tmp_path / "out.ipynb").exists()


def test_an_interrupt_cancels_the_run(environment, notebook, tmp_path):
    """Ctrl-C ends with 130, and what was printed so far is where it was wanted."""
    notebook("in.ipynb", "import time\nprint('there', flush=True)\ntime.sleep(600)")
    command = [sys.executable, "-m", "workbench.cli", "run", "in.ipynb", "out.ipynb", "--log-output"]
    with subprocess.Popen(
        command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr.readline() == "there\n"
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=120)

    assert (process.returncode, err) == (130, "Cancelling the run; interrupt again to leave it.\n")
    assert [line.split()[-1] for line in out.splitlines()[1:]] == ["cancelled", "out.ipynb"]
    assert nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[0].outputs[0].text == "there\n"
