"""`papermill --engine workbench-kernel`: papermill's flags, conventions and outputs, in anyone's shell."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError

from tests.factories.notebooks import KERNEL, notebook
from workbench.engines.kernel import NAME, KernelEngine

UNSTEADY = {"start_time", "end_time", "duration", "input_path", "output_path", "execution"}


def test_it_is_found_by_its_name():
    """Installing the package is all that it takes."""
    assert papermill_engines.get_engine(NAME) is KernelEngine


def steady(value: Any) -> Any:
    """An output without what differs between any two executions."""
    if isinstance(value, dict):
        kept = {key: steady(item) for key, item in value.items() if key not in UNSTEADY and key != "id"}
        if kept.get("output_type") == "stream":
            kept["text"] = "".join(kept["text"])
        return kept
    if isinstance(value, list):
        return _joined([steady(item) for item in value])
    return value


def _joined(items: list[Any]) -> list[Any]:
    """Adjacent pieces of a stream are one output, as frontends show them; papermill keeps them apart."""
    joined: list[Any] = []
    for item in items:
        stream = isinstance(item, dict) and item.get("output_type") == "stream"
        if stream and joined and joined[-1].get("output_type") == "stream" and joined[-1]["name"] == item["name"]:
            joined[-1] = {**joined[-1], "text": joined[-1]["text"] + item["text"]}
        else:
            joined.append(item)
    return joined


def both(folder: Path, nb: nbformat.NotebookNode, parameters: dict | None = None, **options: Any) -> tuple[Any, Any]:
    """What papermill's own engine and ours make of a notebook: outputs on disk, and the error if one was raised."""
    found = []
    for engine in ("nbclient", NAME):
        nbformat.write(nb, folder / "in.ipynb")
        out = folder / f"{engine}.ipynb"
        error = ""
        try:
            papermill.execute_notebook(
                folder / "in.ipynb", out, parameters, engine_name=engine, progress_bar=False, **options
            )
        except PapermillExecutionError as raised:
            error = f"{type(raised).__name__}: {str(raised).splitlines()[-1]}"
        found.append((steady(json.loads(out.read_text())), error))
    return tuple(found)


def tagged(source: str, *tags: str) -> nbformat.NotebookNode:
    """A code cell with tags."""
    return new_code_cell(source, metadata={"tags": list(tags)})


WELL = [
    new_markdown_cell("old mark", metadata={"tags": ["papermill-error-cell-tag"]}),
    new_markdown_cell("# Title"),
    tagged("a = 1", "parameters"),
    tagged("a = 2", "injected-parameters"),
    new_code_cell("print(a)\ndisplay(a)\na", execution_count=9),
    new_code_cell("import sys\nprint(1)\nprint(2, file=sys.stderr)"),
    tagged("1 / 0", "skip-execution"),
    tagged("1 / 0", "raises-exception"),
    new_code_cell(
        "from IPython.display import clear_output\nprint(1)\nclear_output()\nprint(2)\n"
        "h = display('a', display_id='x')\nh.update('b')"
    ),
    new_code_cell("h.update('c')"),
    new_code_cell("  \n"),
    nbformat.v4.new_raw_cell("raw"),
    new_code_cell("# papermill_description=WORK\n%pwd"),
    new_code_cell("!echo hi"),
]
CASES = {
    "all that goes well": (WELL, {"a": 5}),
    "unknown parameters without a cell for them": ([new_code_cell("print(b)")], {"b": [1, None, "x"]}),
    "a failing cell": ([new_code_cell("1"), new_code_cell("1 / 0"), new_code_cell("2")], None),
    "leaving with zero": ([new_code_cell("import sys\nsys.exit(0)"), new_code_cell("print(1)")], None),
    "leaving with one": ([new_code_cell("import sys\nsys.exit(1)"), new_code_cell("print(1)")], None),
    "asking for input": ([new_code_cell("input()")], None),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_output_is_papermills(tmp_path: Path, case: str):
    """Both engines write the same notebook and raise the same error."""
    cells, parameters = CASES[case]
    theirs, ours = both(tmp_path, new_notebook(cells=cells, metadata=KERNEL), parameters)

    assert ours == theirs


@pytest.mark.parametrize(
    "options",
    [
        {
            "report_mode": True,
            "autosave_cell_every": 0,
            "log_output": True,
            "start_timeout": 90,
            "execution_timeout": 30,
        },
        {"prepare_only": True},
        {"request_save_on_cell_execute": False, "kernel_name": "python3", "language": "python"},
        {"allow_errors": True, "extra_arguments": ["--IPKernelApp.extensions="]},
    ],
    ids=str,
)
def test_papermills_options_mean_what_they_mean(tmp_path: Path, options: dict):
    """Each option has the same effect with either engine."""
    theirs, ours = both(tmp_path, notebook("1 / 0", "print(a)", parameters="a = 1"), {"a": 2}, **options)

    assert ours == theirs


def test_a_notebook_may_be_run_from_a_coroutine(tmp_path: Path):
    """Within an event loop, as in JupyterLab, papermill's API works with it."""
    nbformat.write(notebook("print(1)"), tmp_path / "in.ipynb")

    async def within() -> Any:
        return papermill.execute_notebook(
            tmp_path / "in.ipynb", tmp_path / "out.ipynb", engine_name=NAME, progress_bar=False
        )

    assert asyncio.run(within()).cells[0].outputs[0].text == "1\n"


def test_an_unknown_python_kernel_falls_back(tmp_path: Path):
    """A notebook made in somebody's conda environment runs in python3."""
    nb = notebook("print(1)")
    nb.metadata.kernelspec = {"name": "conda-env-x-py", "display_name": "x", "language": "python"}
    nbformat.write(nb, tmp_path / "in.ipynb")

    found = papermill.execute_notebook(
        tmp_path / "in.ipynb", tmp_path / "out.ipynb", {"a": 1}, engine_name=NAME, progress_bar=False
    )

    assert found.cells[-1].outputs[0].text == "1\n"


def test_a_failed_cell_raises_papermills_error(tmp_path: Path):
    """Who catches papermill's exceptions catches ours."""
    nbformat.write(notebook("1 / 0"), tmp_path / "in.ipynb")

    with pytest.raises(PapermillExecutionError, match="ZeroDivisionError"):
        papermill.execute_notebook(tmp_path / "in.ipynb", tmp_path / "out.ipynb", engine_name=NAME, progress_bar=False)


def shell(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`papermill --engine workbench-kernel …`, as somebody types it."""
    command = [sys.executable, "-m", "papermill", "--engine", NAME, *arguments]
    env = os.environ | environment
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=100, check=False)


def test_it_works_in_a_shell(tmp_path: Path):
    """The command line with relative paths, parameters, a working folder, and a log."""
    (tmp_path / "work").mkdir()
    nbformat.write(
        notebook("import os\nprint(os.path.basename(os.getcwd()), a)", parameters="a = 1"), tmp_path / "in.ipynb"
    )

    done = shell("in.ipynb", "out.ipynb", "-p", "a", "5", "--cwd", "work", "--log-output", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "work 5" in done.stderr
    assert nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[-1].outputs[0].text == "work 5\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.ipynb", "out.ipynb", "work"]


def test_a_dead_kernel_has_papermills_exit_code(tmp_path: Path):
    """Scripts that look for 138 find it, and the output says what happened."""
    nbformat.write(notebook("import os\nos.kill(os.getpid(), 9)"), tmp_path / "in.ipynb")

    done = shell("in.ipynb", "out.ipynb", cwd=tmp_path)

    assert done.returncode == 138
    assert "killed by SIGKILL" in done.stderr
    assert "DeadKernelError" in (tmp_path / "out.ipynb").read_text()


def test_limits_can_be_set_in_the_environment(tmp_path: Path):
    """A shell that expects more output can allow it, or less."""
    nbformat.write(notebook("print('x' * 5000)"), tmp_path / "in.ipynb")

    done = shell("in.ipynb", "out.ipynb", cwd=tmp_path, WORKBENCH_CELL_OUTPUT_BYTES="1000")

    assert done.returncode == 1
    assert "OutputLimit" in done.stderr
    assert "the rest was cut" in (tmp_path / "out.ipynb").read_text()


def test_the_notebook_can_go_through_pipes(tmp_path: Path):
    """`papermill - -` reads and writes standard streams."""
    command = [sys.executable, "-m", "papermill", "--engine", NAME, "-", "-"]
    done = subprocess.run(
        command,
        input=nbformat.writes(notebook("print(6 * 7)")),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert nbformat.reads(done.stdout, as_version=4).cells[0].outputs[0].text == "42\n"


def test_ctrl_c_ends_it_politely(tmp_path: Path):
    """Interrupting the command interrupts the cell, lets the kernel end, and saves what there is."""
    source = (
        "import atexit, pathlib, time\natexit.register(lambda: pathlib.Path('handler').touch())\n"
        "pathlib.Path('begun').touch()\ntime.sleep(60)"
    )
    nbformat.write(notebook(source), tmp_path / "in.ipynb")
    command = [sys.executable, "-m", "papermill", "--engine", NAME, "in.ipynb", "out.ipynb"]
    started = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not (tmp_path / "begun").exists():
        assert started.poll() is None
        time.sleep(0.05)
    time.sleep(0.5)
    started.send_signal(signal.SIGINT)
    started.communicate(timeout=60)

    assert started.returncode != 0
    assert (tmp_path / "handler").exists()
    assert '"ename": "KeyboardInterrupt"' in (tmp_path / "out.ipynb").read_text()
