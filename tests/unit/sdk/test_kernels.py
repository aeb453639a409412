"""What notebooks ask for by the SDK is what a kernel of a team may ask for."""

from __future__ import annotations

import re
from pathlib import Path

import workbench.sdk
from jupyter_ext.kernels import OPERATIONS
from tests.factories import cells

IN_RUNS = {"runs.log_metric", "runs.log_figure", "runs.record_check"}  # of a run itself, which a kernel has none of


def test_every_verb_works_in_a_kernel():
    """Each operation that the SDK names is one that kernels may ask for, or is a run's own."""
    known = {op.name for op in cells.OPERATIONS}
    sources = (path.read_text() for path in Path(workbench.sdk.__file__).parent.glob("*.py"))
    named = {name for text in sources for name in re.findall(r'"(\w+\.\w+)"', text)} & known

    assert {"mappings.apply", "tables.read"} <= named
    assert named - OPERATIONS - IN_RUNS == set()
