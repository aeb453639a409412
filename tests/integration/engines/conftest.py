"""A kernel's run in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.factories.notebooks import notebook


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Any]:
    """Executes code cells, and answers how it went; the output is `tmp_path/out.ipynb`."""
    from workbench.engines.run import execute

    def run_cells(*sources: str, parameters: str | None = None, given: dict | None = None, **options: Any) -> Any:
        return execute(notebook(*sources, parameters=parameters), tmp_path / "out.ipynb", given, **options)

    return run_cells
