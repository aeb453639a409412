"""Notebook-first analytics workbench: ``import workbench as wb`` in a notebook."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .sdk import (
        CurrentRun,
        Frame,
        apply_mapping,
        check,
        form,
        log_figure,
        log_metric,
        pick,
        query,
        read,
        run,
        write,
    )

    current_run: CurrentRun | None

__all__ = [
    "Frame", "apply_mapping", "check", "current_run", "form", "log_figure", "log_metric", "pick", "query", "read",
    "run", "write",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load the notebook verbs on first use, so that importing the package costs next to nothing."""
    if name not in __all__:
        raise AttributeError(f"module 'workbench' has no attribute {name!r}")
    found = getattr(importlib.import_module("workbench.sdk"), name)
    return found() if name == "current_run" else found


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
