"""Notebooks in real kernels: what goes in, what comes out, and what is left behind."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.kernels import bash_kernel
from tests.factories.notebooks import notebook
from workbench.core.errors import Invalid
from workbench.engines.limits import Hooks, Limits
from workbench.engines.run import execute

Run = Callable[..., Any]


def saved(tmp_path: Path) -> nbformat.NotebookNode:
    """The output as it is on disk."""
    return nbformat.read(tmp_path / "out.ipynb", as_version=4)


def printed(nb: nbformat.NotebookNode) -> str:
    """All that the cells of a notebook printed to stdout."""
    outputs = [output for cell in nb.cells for output in cell.get("outputs", [])]
    return "".join(output.text for output in outputs if output.output_type == "stream" and output.name == "stdout")


def test_parameters_reach_the_notebook_and_its_output_is_saved(run: Run, tmp_path: Path):
    """A run with parameters succeeds, and its output is the notebook that papermill would have written."""
    result = run("print(a + b)", parameters="a: int = 1\nb = 2", given={"a": 40}, source="made/from.ipynb")

    found = saved(tmp_path)
    assert (result.status, result.failure) == ("succeeded", None)
    assert printed(found) == "42\n"
    assert [cell.metadata.tags for cell in found.cells] == [["parameters"], ["injected-parameters"], []]
    assert found.metadata.papermill.parameters == {"a": 40}
    assert found.metadata.papermill.input_path == "made/from.ipynb"
    assert found.metadata.papermill.output_path == str(tmp_path / "out.ipynb")
    assert {cell.metadata.papermill.status for cell in found.cells} == {"completed"}
    assert found.metadata.language_info.name == "python"
    nbformat.validate(found)


def test_a_file_runs_as_it_is(tmp_path: Path):
    """A notebook may be a file, of an old format too; it is not changed."""
    old = {
        "nbformat": 3, "nbformat_minor": 0, "metadata": {"kernelspec": {"name": "python3", "language": "python"}},
        "worksheets": [{"cells": [{"cell_type": "code", "input": "print(3)", "outputs": [], "language": "python",
                                   "collapsed": False, "metadata": {}}], "metadata": {}}],
    }  # fmt: skip
    file = tmp_path / "old {x}.ipynb"
    file.write_text(json.dumps(old))

    assert execute(file, tmp_path / "out.ipynb").status == "succeeded"
    assert printed(saved(tmp_path)) == "3\n"
    assert json.loads(file.read_text()) == old


def test_paths_are_literal(run: Run, tmp_path: Path):
    """Braces, which papermill fills in within an output path, are part of the name here."""
    target = tmp_path / "{a}{0}{b:10000000}.ipynb"

    assert execute(notebook("1", parameters="a = 1"), target, {"a": "../../escaped"}).status == "succeeded"
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_a_date_arrives_as_a_date(run: Run, tmp_path: Path):
    """What the notebook declares as a date can be calculated with, and the metadata hold its text."""
    cell = "from datetime import date, timedelta\nday: date = date(2024, 1, 1)"

    assert run("print(day + timedelta(1))", parameters=cell, given={"day": "2024-02-28"}).status == "succeeded"
    assert printed(saved(tmp_path)) == "2024-02-29\n"
    assert saved(tmp_path).metadata.papermill.parameters == {"day": "2024-02-28"}


@pytest.mark.parametrize("given", [{"import os; os.system('touch owned') #": 1}, {"a": object()}, {"print": 1}])
def test_code_in_a_parameter_never_runs(run: Run, tmp_path: Path, given: dict):
    """A name that is code is refused before a kernel is started."""
    with pytest.raises(Invalid):
        run("1", parameters="a = 1", given=given, cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_kernel_has_its_own_environment_and_folder(run: Run, tmp_path: Path):
    """Folder and environment are the kernel's alone; this process keeps its own."""
    work = tmp_path / "work"
    work.mkdir()
    before = (Path.cwd(), dict(os.environ))

    run("import os\nprint(os.getcwd(), os.environ.get('A_SECRET'))", cwd=work, env={**os.environ, "A_SECRET": "here"})

    assert printed(saved(tmp_path)) == f"{work} here\n"
    assert (Path.cwd(), dict(os.environ)) == before


def test_a_run_can_be_followed(run: Run):
    """Hooks tell each cell's number and first line, how it went, and text as it comes; a blank one has its number.

    What quotes the code of an error is told apart from what the error says.
    """
    seen: list = []
    hooks = Hooks(
        on_cell_start=lambda *what: seen.append(("start", *what)),
        on_cell_end=lambda *what: seen.append(("end", *what)),
        on_output=lambda text: seen.append(("output", text)),
        on_traceback=lambda text: seen.append(("traceback", text)),
    )

    run("# first\nprint('one')", "", "2 + 2", "1 / 0", parameters="a = 1", given={"a": 2}, hooks=hooks)

    assert [what for what in seen if what[0] in ("start", "end")] == [
        ("start", 1, 5, "a = 1"), ("end", 1, 5, True),
        ("start", 2, 5, "# first"), ("end", 2, 5, True),
        ("start", 4, 5, "2 + 2"), ("end", 4, 5, True),
        ("start", 5, 5, "1 / 0"), ("end", 5, 5, False),
    ]  # fmt: skip
    assert "".join(what[1] for what in seen if what[0] == "output") == "one\n4\nZeroDivisionError: division by zero\n"
    [frames] = [what[1] for what in seen if what[0] == "traceback"]
    assert "1 / 0" in frames
    assert "division by zero" not in frames


def test_text_arrives_while_the_cell_still_runs(run: Run):
    """A log can be read live: the first line comes long before the cell has ended."""
    moments: list[float] = []
    run(
        "import time\nprint('first', flush=True)\ntime.sleep(1)",
        hooks=Hooks(on_output=lambda _: moments.append(monotonic())),
    )

    assert monotonic() - moments[0] > 0.9


def test_no_line_is_lost_while_the_worker_is_busy(run: Run):
    """What a cell prints while nobody reads, as during a long save, waits; a short queue would lose some of it."""
    pauses = iter([3.0])
    source = "import time\nfor n in range(4_000):\n    print(n, flush=True)\n    n % 50 or time.sleep(0.02)"

    result = run(source, hooks=Hooks(on_output=lambda _: sleep(next(pauses, 0))))

    assert result.notebook.cells[0].outputs[0].text == "".join(f"{n}\n" for n in range(4_000))


def test_a_failing_cell_fails_the_run_and_marks_the_output(run: Run, tmp_path: Path):
    """The failure names error, cell and a plain traceback; the output links to the cell; later cells do not run."""
    result = run("1", "1 / 0", "open('never', 'w')", cwd=tmp_path)

    assert (result.status, result.failure.name, result.failure.cell) == ("failed", "ZeroDivisionError", 2)
    assert result.failure.message == "division by zero"
    assert "1 / 0" in result.failure.traceback
    assert "\x1b" not in result.failure.traceback
    assert "papermill-error-cell" in saved(tmp_path).cells[0].source
    assert not (tmp_path / "never").exists()


def test_leaving_with_zero_is_success(run: Run):
    """`sys.exit(0)` ends the notebook well, and with another number badly."""
    left = run("import sys\nsys.exit(0)", "1 / 0")
    failed = run("import sys\nsys.exit(3)", "1 / 0")

    assert (left.status, failed.status, failed.failure.name) == ("succeeded", "failed", "SystemExit")


def test_a_kernel_may_be_chosen_and_must_exist(run: Run):
    """A kernel that is not installed is refused, and the refusal names those that are."""
    with pytest.raises(Invalid, match="No such kernel named cobol") as refusal:
        run("1", kernel_name="cobol")
    assert "python3" in refusal.value.fix


def test_exit_handlers_and_open_files_are_the_notebooks(run: Run, tmp_path: Path):
    """A kernel ends politely: what was written to a file that nobody closed is there afterwards."""
    result = run(
        "import atexit, pathlib\natexit.register(lambda: pathlib.Path('handler').write_text('ran'))",
        "file = open('unclosed', 'w')\nfile.write('x' * 100)",
        cwd=tmp_path,
    )

    assert result.status == "succeeded"
    assert (tmp_path / "handler").read_text() == "ran"
    assert (tmp_path / "unclosed").read_text() == "x" * 100


def test_nothing_is_left_behind(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """After a run no process of its group lives, and no socket, file or descriptor is left."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="r-", dir="/tmp") as base:
        monkeypatch.setenv("XDG_RUNTIME_DIR", base)
        run("1")
        before = len(list(Path("/proc/self/fd").iterdir()))
        run("import subprocess, os\nchild = subprocess.Popen(['sleep', '1000'])\nprint(child.pid, os.getpid())")
        pids = printed(saved(tmp_path)).split()

        assert list(Path(base).iterdir()) == []
        assert len(list(Path("/proc/self/fd").iterdir())) == before
        assert [pid for pid in pids if _alive(int(pid))] == []
        assert sorted(path.name for path in tmp_path.iterdir()) == ["out.ipynb"]


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_descriptors_can_be_inherited(run: Run, tmp_path: Path):
    """A kernel can hold a lock that says that it lives."""
    reading, writing = os.pipe()
    try:
        run(f"import os\nos.write({writing}, b'from the kernel')", pass_fds=(writing,))
        assert os.read(reading, 100) == b"from the kernel"
    finally:
        os.close(reading)
        os.close(writing)


def test_it_runs_within_an_event_loop(tmp_path: Path):
    """Called from a coroutine, as in a notebook, it works all the same."""
    import asyncio

    async def within() -> Any:
        return execute(notebook("print(1)"), tmp_path / "out.ipynb")

    assert asyncio.run(within()).status == "succeeded"


def test_threads_may_run_notebooks_side_by_side(tmp_path: Path):
    """Two runs in two threads keep their folders, environments and outputs apart."""
    results: dict[int, Any] = {}

    def one(number: int) -> None:
        folder = tmp_path / str(number)
        folder.mkdir()
        source = "import os\nopen('here', 'w').write(os.environ['N'])"
        env = {**os.environ, "N": str(number)}
        results[number] = execute(notebook(source), folder / "out.ipynb", cwd=folder, env=env)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [results[number].status for number in range(3)] == ["succeeded"] * 3
    assert [(tmp_path / str(number) / "here").read_text() for number in range(3)] == ["0", "1", "2"]


def test_widgets_keep_their_state(run: Run, tmp_path: Path):
    """The state of a displayed widget is in the notebook's metadata, as JupyterLab saves it."""
    run("import ipywidgets\nbox = ipywidgets.IntSlider(7)\nbox")

    states = saved(tmp_path).metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()
    assert [state["state"]["value"] for state in states if state["model_name"] == "IntSliderModel"] == [7]


def test_displays_can_be_updated_later(run: Run, tmp_path: Path):
    """An update finds its display, though the pieces of the stream before it were joined."""
    result = run(
        "for _ in range(3):\n    print('x', flush=True)\nhandle = display('old', display_id=True)\nprint('y')",
        "handle.update('new')",
    )

    outputs = result.notebook.cells[0].outputs
    assert [output.output_type for output in outputs] == ["stream", "display_data", "stream"]
    assert outputs[1].data["text/plain"] == "'new'"


def test_a_kernel_of_another_language(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Any kernel works, over TCP where it may know nothing else; parameters are written in its language."""
    name = bash_kernel(tmp_path)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    result = run("echo got $a", given={"a": "one $(id) two"}, kernel_name=name)

    assert result.status == "succeeded", result.failure
    assert printed(saved(tmp_path)) == "got one $(id) two\n"


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab'\"\\\n", max_size=3), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["one", "two", "three"]), values, min_size=1))
def test_values_survive_the_way_through_a_kernel(run: Run, tmp_path: Path, parameters: dict):
    """Whatever JSON is given, the kernel has the same values."""
    names = ", ".join(f"{name!r}: {name}" for name in parameters)
    declared = "\n".join(f"{name} = None" for name in parameters)

    result = run(
        f"import json\njson.dump({{{names}}}, open('found', 'w'))", parameters=declared, given=parameters, cwd=tmp_path
    )

    assert result.status == "succeeded", result.failure
    assert json.loads((tmp_path / "found").read_text()) == parameters


def test_the_kernel_dies_with_its_worker(tmp_path: Path):
    """When the process that runs a notebook is killed, its kernel is dead within a moment."""
    code = f"""
from pathlib import Path
from tests.factories.kernels import bash_kernel
from tests.factories.notebooks import notebook
from workbench.engines.limits import Hooks
from workbench.engines.run import execute

source = "import os, time; print(os.getpid(), flush=True); time.sleep(100)"
hooks = Hooks(on_output=lambda text: print(text, flush=True))
execute(notebook(source), Path({str(tmp_path / "out.ipynb")!r}), hooks=hooks)
"""
    worker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert worker.stdout is not None
        kernel = int(worker.stdout.readline())
        assert _alive(kernel)
    finally:
        worker.kill()
        worker.wait()
        worker.stdout.close()

    assert _gone(kernel, within=2)


def _gone(pid: int, within: float) -> bool:
    end = monotonic() + within
    while monotonic() < end:
        if not _alive(pid):
            return True
        sleep(0.02)
    return False


def test_the_date_of_a_run_is_utc(run: Run):
    """Times in the output are aware."""
    result = run("1")

    assert dt.datetime.fromisoformat(result.notebook.metadata.papermill.start_time).tzinfo is not None


def test_autosaves_show_a_long_cell_while_it_runs(run: Run, tmp_path: Path):
    """The output on disk has what a cell printed before the cell has ended."""
    seen: list[str] = []

    def look(_: str) -> None:
        if (tmp_path / "out.ipynb").exists():
            seen.append(printed(saved(tmp_path)))

    run(
        "import time\nfor n in range(25):\n    print(n, flush=True)\n    time.sleep(0.1)",
        hooks=Hooks(on_output=look),
        autosave_cell_every=1,
        limits=Limits(),
    )

    assert any("5\n" in text and "24\n" not in text for text in seen)
