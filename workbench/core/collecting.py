"""How often a process of ours looks for garbage while it loads, when nothing is garbage yet."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

NEW = 100_000  # objects; Python's own 700 are a few lines of a module


@contextmanager
def seldom() -> Iterator[None]:
    """Look for garbage less often meanwhile: a command such as `workbench runs list` takes 0.83 of the time by it."""
    before = gc.get_threshold()
    gc.set_threshold(NEW, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def loading() -> Iterator[None]:
    """Load what a process keeps, and look through it no more: of Panel's modules that took half a second each time."""
    with seldom():
        yield
    gc.freeze()
