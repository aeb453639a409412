"""The pages that the domains declare, each once, in the `PAGES` of its `view` package."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.util import find_spec

import workbench.domains
from workbench.ui.pages import PageSpec


@cache
def registered() -> tuple[PageSpec, ...]:
    """All pages, in the order of the navigation.

    Raises:
        ValueError: two pages have one path, or a page stands in no group.
    """
    names = [f"workbench.domains.{found.name}.view" for found in pkgutil.iter_modules(workbench.domains.__path__)]
    modules = [importlib.import_module(name) for name in names if find_spec(name) is not None]
    pages = sorted((page for module in modules for page in module.PAGES), key=lambda page: page.place)
    paths = [page.path for page in pages]
    if twice := {path for path in paths if paths.count(path) > 1}:
        raise ValueError(f"more than one page is at {', '.join(sorted(twice))}")
    return tuple(pages)
