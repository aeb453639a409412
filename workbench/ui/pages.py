"""The registry of pages: what navigation is drawn from and what a server mounts."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page that can be visited at `<apps>/<workspace>/<path>`; `view` is `module:function` of a `Visit`."""

    path: str
    title: str
    icon: str
    view: str

    def load(self) -> Callable[[Any], Any]:
        """The function that draws the page; imports its module.

        Raises:
            ImportError: the module is not there.
            AttributeError: it has no such function.
        """
        module, _, function = self.view.partition(":")
        found: Callable[[Any], Any] = getattr(importlib.import_module(module), function)
        return found
