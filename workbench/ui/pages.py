"""The registry of pages: what navigation is drawn from and what a server mounts.

A domain declares its pages once, as `PAGES` in its `view` package, whose import must be cheap: what draws a page is
named by `view` and imported when a server starts to serve it.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from .languages import mark

# In the order in which the navigation shows them.
GROUPS: Final = ("", mark("Work"), mark("Data"), mark("Insight"), mark("Workspace"), mark("Installation"))
EMBED: Final = "embed"  # what an address asks for with 1, or with `lab`
IN_LAB: Final = "lab"
_FIELD = re.compile(r"/\{(\w+)\}$")


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page that can be visited at `<apps>/<workspace>/<path>`; `view` is `module:function` of a `Visit`.

    A path such as `runs/{id}` is that of many pages, one for each `Visit.subject`; they are reached from the page
    `runs`, or from `above`. Who lacks `permission` neither sees a link to the page nor may open it. `order` is the
    place within the group, one of `GROUPS`; a page whose group is None is in no navigation.
    `help` names the document that explains the page; one that `embeds` can be shown without the shell, in a frame.
    """

    path: str
    title: str
    icon: str
    view: str
    permission: str = "me:read"
    group: str | None = ""
    order: int = 50
    above: str = ""
    help: str = ""
    embeds: bool = False

    @property
    def of_many(self) -> bool:
        """Whether the page is about one of many things."""
        return _FIELD.search(self.path) is not None

    def embedded(self, query: Mapping[str, str]) -> bool:
        """Whether it is asked to be shown without the shell."""
        return self.embeds and query.get(EMBED) == "1"

    @property
    def stem(self) -> str:
        """The path without what names the thing that the page is about."""
        return _FIELD.sub("", self.path)

    @property
    def way(self) -> str:
        """The path of the page that leads to this one, its own where it is in the navigation."""
        return self.above or self.stem

    @property
    def key(self) -> str:
        """The path in a form that is no pattern."""
        return _FIELD.sub(r"/\1", self.path)

    @property
    def in_navigation(self) -> bool:
        """Whether a link in the navigation leads to it."""
        return self.group is not None and not self.of_many

    @property
    def place(self) -> tuple[int, int, str]:
        """What pages are sorted by.

        Raises:
            ValueError: there is no such group.
        """
        return GROUPS.index(self.group or ""), self.order, self.path

    def load(self) -> Callable[[Any], Any]:
        """The function that draws the page; imports its module.

        Raises:
            ImportError: the module is not there.
            AttributeError: it has no such function.
        """
        module, _, function = self.view.partition(":")
        found: Callable[[Any], Any] = getattr(importlib.import_module(module), function)
        return found
