"""Runs the TypeScript tests of a stage, each as a subtest of the pytest test that asks for them."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .nodejs import BUNDLE, FRONTEND, VITEST, node
from .stages import ROOT

COVERAGE = ROOT / "build" / "coverage" / "frontend" / "coverage-summary.json"
FIXTURES = ("vitest", "bundle")
LEFT_OUT = pytest.StashKey[int]()
SECONDS = 300  # a busy machine needs more than two minutes


@dataclass(frozen=True)
class Case:
    """A TypeScript test and how it went."""

    name: str
    passed: bool
    said: str


def run(stage: str, environment: Mapping[str, str] | None = None, *, coverage: bool = False) -> list[Case]:
    """All TypeScript tests of a stage.

    Raises:
        pytest.fail.Exception: they could not be run at all.
    """
    program = node()
    assert program is not None
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [program, str(VITEST), "run", "--reporter=json", f"--outputFile={report}"]
        given = {**os.environ, **(environment or {}), "WORKBENCH_STAGE": stage}
        done = subprocess.run(
            [*command, "--coverage"] if coverage else command,
            cwd=FRONTEND, env=given, capture_output=True, text=True, timeout=SECONDS,
        )  # fmt: skip
        if not report.exists():
            pytest.fail(f"vitest ended with {done.returncode}:\n{(done.stdout + done.stderr)[-4000:]}")
        return [case for file in json.loads(report.read_text())["testResults"] for case in _cases(file)]


def covered() -> float:
    """The share of lines that the last run with coverage has covered, in percent."""
    share: float = json.loads(COVERAGE.read_text())["total"]["lines"]["pct"]
    return share


def _cases(file: dict[str, Any]) -> list[Case]:
    name = Path(file["name"]).name
    if not file["assertionResults"]:  # the file itself could not be read
        return [Case(name, file["status"] == "passed", file.get("message", ""))]
    return [
        Case(f"{name}: {each['fullName']}", each["status"] == "passed", "\n".join(each["failureMessages"]))
        for each in file["assertionResults"]
    ]


@pytest.fixture(scope="session")
def bundle() -> Path:
    """The sidebar's bundle; whoever asks for it is not run where Node.js is missing."""
    return BUNDLE.parents[1]


@pytest.fixture(scope="session")
def vitest(bundle: Path) -> Any:
    """Runs the TypeScript tests of a stage: `vitest("frontend_unit")`."""
    return run


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs Node.js where it is missing; this is said at the end, and is no failure in CI either."""
    if node() is not None:
        return
    left_out = [item for item in items if set(FIXTURES) & set(getattr(item, "fixturenames", ()))]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
        config.stash[LEFT_OUT] = len(left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was left out."""
    if number := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(
            f"{number} tests of the sidebar were NOT RUN: Node.js 20.19 is missing", yellow=True
        )
