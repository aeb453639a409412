"""What a notebook costs against the papermill command line, as ratios of the times that both took in turn."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from tests.factories.notebooks import notebook

ENGINE = ("--engine", "workbench-kernel")
ROOMY = {"WORKBENCH_CELL_OUTPUT_BYTES": str(2**30), "WORKBENCH_RUN_OUTPUT_BYTES": str(2**30)}
MIB = 2**20
# A worker imports the engine once; the first run is left out, as a warm process has it behind itself.
WARM = """
import json, resource, sys, time
from pathlib import Path
from workbench.engines.run import execute
def cpu():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
took = []
for _ in range(int(sys.argv[3]) + 1):
    started, before = time.perf_counter(), cpu()
    assert execute(Path(sys.argv[1]), Path(sys.argv[2]), {"n": 1000}).status == "succeeded"
    took.append((time.perf_counter() - started, cpu() - before))
print(json.dumps(took[1:]))
"""
COLD = """
import sys
from pathlib import Path
from workbench.engines.run import execute
assert execute(Path(sys.argv[1]), Path(sys.argv[2]), {"n": 1000}).status == "succeeded"
"""


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, and of all processors in the command, its kernel and what else it started."""

    wall: float
    cpu: float


def shell(*arguments: str) -> Cost:
    """What a command of this Python costs."""
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, *arguments], env=os.environ | ROOMY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(time.perf_counter() - started, cpu)


def papermill(source: Path, *options: str) -> Cost:
    """What the papermill command line costs."""
    target = source.with_name(f"out{len(options)}.ipynb")
    return shell("-m", "papermill", "--no-progress-bar", *options, str(source), str(target), "-p", "n", "1000")


def written(folder: Path, *sources: str) -> Path:
    """A notebook as a file."""
    path = folder / "in.ipynb"
    nbformat.write(notebook(*sources, parameters="n = 1"), path)
    return path


def report(what: str, theirs: list[Cost], ours: list[Cost]) -> float:
    """Print the ratios of the medians; answers that by the clock."""
    middle = {
        (side, clock): statistics.median(getattr(cost, clock) for cost in costs)
        for side, costs in (("papermill", theirs), ("ours", ours))
        for clock in ("wall", "cpu")
    }
    ratios = {clock: middle["papermill", clock] / middle["ours", clock] for clock in ("wall", "cpu")}
    print(
        f"{what}: papermill {middle['papermill', 'wall']:.2f} s (cpu {middle['papermill', 'cpu']:.2f}), "
        f"ours {middle['ours', 'wall']:.2f} s (cpu {middle['ours', 'cpu']:.2f}), "
        f"ratio {ratios['wall']:.1f} (cpu {ratios['cpu']:.1f})"
    )
    return ratios["wall"]


def in_turn(rounds: int, *sides: Callable[[], Cost]) -> list[list[Cost]]:
    """Each side's costs, measured alternately."""
    taken: list[list[Cost]] = [[] for _ in sides]
    for _ in range(rounds):
        for times, side in zip(taken, sides, strict=True):
            times.append(side())
    return taken


@pytest.mark.thorough
@pytest.mark.timeout(1800)
def test_many_small_cells(tmp_path: Path, quick: bool):
    """A thousand cells (a tenth of that in a test run); papermill rewrites the notebook at each (aim: 20)."""
    cells = 150 if quick else 1000
    source = written(tmp_path, *(f"print({number})" for number in range(cells)))

    theirs, ours = in_turn(1, lambda: papermill(source), lambda: papermill(source, *ENGINE))

    assert report(f"{cells} small cells", theirs, ours) > 1


@pytest.mark.thorough
@pytest.mark.timeout(1800)
def test_one_large_output(tmp_path: Path, quick: bool):
    """A cell that prints 50 MB, with ten cells after it; the limits are raised for it (aim: 3)."""
    size = 5 if quick else 50
    source = written(tmp_path, f"for _ in range({size} * 10_000):\n    print('x' * 99)", *["n + 1"] * 10)

    target = tmp_path / "ours.ipynb"

    theirs, engine, ours = in_turn(
        1 if quick else 3,
        lambda: papermill(source),
        lambda: papermill(source, *ENGINE),
        lambda: shell("-c", COLD, str(source), str(target)),
    )

    assert target.stat().st_size > size * MIB * 0.9
    report(f"an output of {size} MB, papermill --engine", theirs, engine)
    assert report(f"an output of {size} MB, as a command", theirs, ours) > 0.8


@pytest.mark.thorough
@pytest.mark.timeout(1800)
def test_a_small_notebook(tmp_path: Path, quick: bool):
    """A little pandas, as the command line and in a warm worker (aim: 2)."""
    rounds = 1 if quick else 7
    source = written(
        tmp_path,
        "import pandas as pd",
        "frame = pd.DataFrame({'key': range(n), 'value': 1.5})",
        "frame.groupby(frame['key'] % 10)['value'].sum()",
    )
    target = str(tmp_path / "ours.ipynb")

    def warm() -> Cost:
        done = subprocess.run(
            [sys.executable, "-c", WARM, str(source), target, "1"], capture_output=True, text=True, check=True
        )
        return Cost(*json.loads(done.stdout)[0])

    theirs, engine, cold, ours = in_turn(
        rounds,
        lambda: papermill(source),
        lambda: papermill(source, *ENGINE),
        lambda: shell("-c", COLD, str(source), target),
        warm,
    )

    report("a small notebook, papermill --engine", theirs, engine)
    report("a small notebook, as a command", theirs, cold)
    assert report("a small notebook, in a warm worker", theirs, ours) > 1
