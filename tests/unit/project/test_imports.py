"""What importing costs, and what may import what."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.runner.stages import ROOT

HEAVY = {
    *("duckdb", "deltalake", "httpx", "jupyter_server", "numpy", "pandas", "panel", "papermill", "pyarrow", "pydantic"),
    *("sqlalchemy", "tornado"),
}


def imported_by(*command: str) -> set[str]:
    """The heavy packages that a Python command line imports, by Python's own account."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command], capture_output=True, text=True, cwd=ROOT, timeout=60
    )
    costs = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    assert done.returncode == 0, done.stderr.rpartition("import time:")[2]
    names = {line.rpartition("|")[2].strip().partition(".")[0] for line in costs}
    return names & HEAVY


@pytest.mark.parametrize("command", [("-c", "import workbench"), ("-m", "workbench.cli", "--help")])
def test_opening_the_door_costs_nothing(command):
    """`import workbench` and `workbench --help` import no heavy library, which is what keeps them instant."""
    assert imported_by(*command) == set()


def test_core_and_declarations_import_without_data_libraries():
    """The whole registry can be read without Arrow, pandas, DuckDB or a server."""
    lines = "from workbench.core.operations import registry; registry.discover(); assert registry.operations"

    assert imported_by("-c", lines) <= {"pydantic", "sqlalchemy"}


def test_import_contracts_hold():
    """The tiers, the rooms of a domain and the line of domains are as the architecture says."""
    lint = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", lint], cwd=ROOT, capture_output=True, text=True, timeout=100)

    assert done.returncode == 0, done.stdout.partition("\n\n\n")[2][-4000:]
