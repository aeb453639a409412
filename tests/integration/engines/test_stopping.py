"""What ends a run early: limits, cancellation, dead and stopped kernels, full disks."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import nbformat
import pytest

from workbench.engines.limits import MIB, Hooks, Limits

Run = Callable[..., Any]
SLEEP = "import time\ntime.sleep(60)"
DEAF = "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except KeyboardInterrupt:\n        pass"


def error_names(path: Path) -> list[str]:
    """The errors in the outputs of a saved notebook."""
    cells = nbformat.read(path, as_version=4).cells
    return [o.ename for cell in cells for o in cell.get("outputs", []) if o.output_type == "error"]


def took(started: float) -> float:
    """Seconds since."""
    return monotonic() - started


@pytest.mark.parametrize(
    ("limits", "name"),
    [(Limits(run_seconds=8), "RunTimeout"), (Limits(cell_seconds=1), "CellTimeoutError")],
)
def test_a_time_limit_interrupts_the_cell(run: Run, tmp_path: Path, limits: Limits, name: str):
    """The cell sees an interrupt, so that it can clean up; the output says where it was and why it ended."""
    started = monotonic()
    result = run("1", "try:\n    import time; time.sleep(60)\nfinally:\n    print('cleaned')", limits=limits)

    assert (result.status, result.failure.name, result.failure.cell) == ("failed", name, 2)
    assert took(started) < 20
    assert error_names(tmp_path / "out.ipynb") == ["KeyboardInterrupt", name]
    assert result.notebook.cells[1].outputs[0].text == "cleaned\n"
    assert result.notebook.cells[1].metadata.papermill.status == "failed"


def test_a_cell_that_will_not_be_interrupted_is_killed(run: Run):
    """After the grace the kernel is killed, whatever it does with interrupts."""
    started = monotonic()
    result = run(DEAF, limits=Limits(run_seconds=2, interrupt_grace=1))

    assert (result.status, result.failure.name) == ("failed", "RunTimeout")
    assert took(started) < 8


def test_a_run_can_be_cancelled(run: Run, tmp_path: Path):
    """Cancelling interrupts the cell; what it printed is in the output."""
    cancel = threading.Event()
    hooks = Hooks(on_output=lambda _: cancel.set(), cancelled=cancel.is_set)
    started = monotonic()

    result = run(f"print('begun', flush=True)\n{SLEEP}", hooks=hooks)

    assert (result.status, result.failure.name) == ("cancelled", "RunCancelled")
    assert took(started) < 10
    assert result.notebook.cells[0].outputs[0].text == "begun\n"
    assert error_names(tmp_path / "out.ipynb") == ["KeyboardInterrupt", "RunCancelled"]


def test_cancelling_before_the_kernel_is_up_takes_no_longer(run: Run, tmp_path: Path):
    """A run that is cancelled at once executes nothing."""
    result = run("open('ran', 'w')", hooks=Hooks(cancelled=lambda: True), cwd=tmp_path)

    assert result.status == "cancelled"
    assert not (tmp_path / "ran").exists()


def test_an_interrupt_between_cells_is_not_lost(run: Run):
    """Cancelling at the very moment a cell is sent stops that cell too."""
    cancel = threading.Event()
    hooks = Hooks(on_cell_start=lambda *_: cancel.set(), cancelled=cancel.is_set)

    started = monotonic()

    result = run(SLEEP, hooks=hooks, limits=Limits(interrupt_grace=60))

    assert result.status == "cancelled"
    assert took(started) < 30  # well before the grace was over: it was not killed


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("import os\nos.kill(os.getpid(), 9)", "killed by SIGKILL; the machine may be out of memory"),
        ("import os\nos._exit(7)", "it ended itself with exit code 7"),
        ("import ctypes\nctypes.string_at(0)", "killed by SIGSEGV"),
    ],
)
def test_a_dead_kernel_is_noticed_at_once(run: Run, tmp_path: Path, source: str, text: str):
    """A kernel that is killed, leaves or crashes ends the run within a moment, and the output says how it died."""
    died: list[float] = []
    result = run(
        f"import time\nprint('now', flush=True)\ntime.sleep(0.3)\n{source}",
        hooks=Hooks(on_output=lambda _: died.append(monotonic())),
    )

    assert (result.status, result.failure.name) == ("failed", "DeadKernelError")
    assert text in result.failure.message
    assert took(died[0]) < 10
    assert error_names(tmp_path / "out.ipynb") == ["DeadKernelError"]


def test_what_a_dying_kernel_printed_is_kept(run: Run):
    """Output that was sent before the kernel died is not lost."""
    result = run("import os, time\nprint('last words', flush=True)\ntime.sleep(0.3)\nos._exit(1)")

    assert result.notebook.cells[0].outputs[0].text == "last words\n"


def test_a_kernel_that_cannot_start_says_why(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What the kernel's process printed before it died is in the failure."""
    folder = tmp_path / "kernels" / "broken"
    folder.mkdir(parents=True)
    argv = [sys.executable, "-c", "import sys; sys.exit('no module named nonsense')", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Broken", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    result = run("1", kernel_name="broken")

    assert (result.status, result.failure.name, result.failure.cell) == ("failed", "DeadKernelError", None)
    assert "no module named nonsense" in result.failure.message


def test_a_stopped_kernel_is_noticed(run: Run):
    """A kernel that was sent SIGSTOP is found out by its heartbeat, and killed."""
    started = monotonic()
    result = run("import os\nos.kill(os.getpid(), 19)", limits=Limits(heartbeat_seconds=2))

    assert (result.status, result.failure.name) == ("failed", "KernelNotResponding")
    assert "SIGSTOP" in result.failure.message
    assert took(started) < 15


def test_a_cell_that_holds_the_gil_is_alive(run: Run):
    """Computing without giving other threads a chance is not being dead."""
    result = run("import ctypes\nctypes.PyDLL(None).sleep(4)", limits=Limits(heartbeat_seconds=2))

    assert result.status == "succeeded", result.failure


def test_a_hook_that_raises_ends_the_run(run: Run, tmp_path: Path):
    """A worker that lost its lease can stop everything; the output is saved and the error is its own."""

    def lost(*_: object) -> None:
        raise LookupError("the lease is lost")

    with pytest.raises(LookupError, match="lease"):
        run("1", hooks=Hooks(on_cell_end=lost))
    assert error_names(tmp_path / "out.ipynb") == ["LookupError"]


MEASURED = """
import json, resource, sys
from pathlib import Path
from time import monotonic
resource.setrlimit(resource.RLIMIT_AS, (6 * 2**30, 6 * 2**30))
from tests.factories.notebooks import notebook
from workbench.engines.limits import Limits
from workbench.engines.run import execute
source = sys.stdin.read()
result = execute(notebook("1"), Path(sys.argv[1]))
before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, monotonic()
result = execute(notebook(source, "print('next')"), Path(sys.argv[1]), limits=Limits(run_seconds=60))
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
failure = result.failure
print(json.dumps({"status": result.status, "name": failure and failure.name, "message": failure and failure.message,
    "grown_mib": (after - before) / 1024, "seconds": monotonic() - started}))
"""


def measured(source: str, output: Path) -> dict[str, Any]:
    """How a run went whose memory is limited before it begins, and how much memory it took."""
    command = [sys.executable, "-c", MEASURED, str(output)]
    done = subprocess.run(command, input=source, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.thorough
def test_endless_output_is_cut_and_stopped(tmp_path: Path):
    """A print loop ends within seconds, takes little memory and leaves a small notebook that says so."""
    found = measured("while True:\n    print('x' * 200)", tmp_path / "out.ipynb")

    assert (found["status"], found["name"]) == ("failed", "OutputLimit")
    assert found["seconds"] < 20
    assert found["grown_mib"] < 150
    size = (tmp_path / "out.ipynb").stat().st_size
    assert 5 * MIB < size < 7 * MIB
    assert "the rest was cut: a cell keeps at most 5 MiB of output" in (tmp_path / "out.ipynb").read_text()


@pytest.mark.thorough
def test_one_gigantic_output_does_not_take_the_worker_down(tmp_path: Path):
    """A single text larger than a message may be ends the run instead of the worker's memory."""
    found = measured("print('x' * (400 * 2**20))", tmp_path / "out.ipynb")

    assert (found["status"], found["name"]) == ("failed", "OutputLimit")
    assert found["grown_mib"] < 700
    assert (tmp_path / "out.ipynb").stat().st_size < 7 * MIB


def test_a_display_that_is_too_large_costs_only_itself(run: Run, tmp_path: Path):
    """A figure of 6 MiB is replaced by a line that says so, and the run goes on."""
    result = run("from IPython.display import HTML\nHTML('x' * (6 * 2**20))", "print('on')")

    assert result.status == "succeeded"
    assert "was left out: a cell keeps at most 5 MiB" in result.notebook.cells[0].outputs[0].data["text/plain"]
    assert (tmp_path / "out.ipynb").stat().st_size < MIB


def test_a_progress_display_may_go_on(run: Run):
    """Output that is cleared does not add up."""
    source = (
        "from IPython.display import clear_output\n"
        "for n in range(40):\n    clear_output(wait=True)\n    print('x' * 10_000)\nprint('end')"
    )
    result = run(source, limits=Limits(cell_output_bytes=50_000))

    assert result.status == "succeeded", result.failure
    assert result.notebook.cells[0].outputs[0].text.endswith("end\n")


FULL_DISK = """
import json, resource, signal, sys
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from tests.factories.notebooks import notebook
from workbench.engines.limits import Limits
from workbench.engines.run import execute
target = Path(sys.argv[1])
assert execute(notebook("print('small')"), target).status == "succeeded"
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
result = execute(notebook("print('x' * 300_000)", "print('more')"), target, autosave_cell_every=1)
print(json.dumps({"status": result.status, "name": result.failure.name, "message": result.failure.message}))
"""


def test_a_full_disk_fails_the_run_and_spoils_no_file(tmp_path: Path):
    """When the output cannot be written, the run fails with the reason, and the file is a whole notebook still."""
    target = tmp_path / "out.ipynb"
    command = [sys.executable, "-c", FULL_DISK, str(target)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)

    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["status"], found["name"]) == ("failed", "OSError")
    assert "File too large" in found["message"]
    nbformat.validate(nbformat.read(target, as_version=4))
    assert [path.name for path in tmp_path.iterdir()] == ["out.ipynb"]


def test_an_update_that_is_too_large_costs_only_itself(run: Run):
    """A display cannot grow past the limit by being updated."""
    result = run("h = display('a', display_id=True)", "h.update('x' * 2_000)", limits=Limits(cell_output_bytes=1000))

    assert result.status == "succeeded", result.failure
    assert "was left out" in result.notebook.cells[0].outputs[0].data["text/plain"]


def test_exit_handlers_run_after_a_cancellation_too(run: Run, tmp_path: Path):
    """A cancelled notebook's kernel still ends politely."""
    cancel = threading.Event()
    source = (
        "import atexit, pathlib\natexit.register(lambda: pathlib.Path('handler').touch())\nprint('now', flush=True)\n"
    )

    run(source + SLEEP, cwd=tmp_path, hooks=Hooks(on_output=lambda _: cancel.set(), cancelled=cancel.is_set))

    assert (tmp_path / "handler").exists()


def test_cells_that_were_never_reached_are_pending(run: Run):
    """A run that ended early does not call completed what was not executed."""
    result = run("import os\nos._exit(1)", "2")

    assert [cell.metadata.papermill.status for cell in result.notebook.cells] == ["failed", "pending"]
    assert result.notebook.metadata.papermill.exception is True
