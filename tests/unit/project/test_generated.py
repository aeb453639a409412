"""What is generated from the registry is what the registry says now."""

from __future__ import annotations

import re
import subprocess
import sys

from jupyter_ext.app import TRAITS
from tests.runner.stages import ROOT


def test_generated_files_are_current():
    """The reference pages and indexes in the tree are those that `make generate` would write."""
    done = subprocess.run(
        [sys.executable, "-m", "workbench.generate", "--check"], cwd=ROOT, capture_output=True, text=True, timeout=100
    )

    assert done.returncode == 0, f"run `make generate`\n{done.stdout}{done.stderr}"[-4000:]


def test_the_reference_names_every_event_and_trait():
    """Also the events whose names are passed on, and just the settings that Jupyter's configuration has."""
    reference = ROOT / "docs" / "reference"

    told = set(re.findall(r"^\| `([\w.…]+)`", (reference / "events.md").read_text(), re.MULTILINE))
    assert {"pipeline.registered", "connector.created", "run.metric", "run.progress", "run.…"} <= told
    assert {"pipeline.published", "pipeline.withdrawn"} <= told  # their names are given by another module
    assert {name for name in told if "…" in name} == {"run.…"}

    sentence = (reference / "settings.md").read_text().partition("configuration knows")[2].partition(", as in")[0]
    assert tuple(re.findall(r"`(\w+)`", sentence)) == TRAITS
