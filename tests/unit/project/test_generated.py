"""What is generated from the registry is what the registry says now."""

from __future__ import annotations

import subprocess
import sys

from tests.runner.stages import ROOT


def test_generated_files_are_current():
    """The reference pages and indexes in the tree are those that `make generate` would write."""
    done = subprocess.run(
        [sys.executable, "-m", "workbench.generate", "--check"], cwd=ROOT, capture_output=True, text=True, timeout=100
    )

    assert done.returncode == 0, f"run `make generate`\n{done.stdout}{done.stderr}"[-4000:]
