"""Addresses below the pages' that lead nowhere: told in our look, alike for what is not there and what is not shown."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from tornado import web

from workbench.core.errors import NotFound

from .panels import PageHandler, Site


class Lost(PageHandler):
    """Says that there is no such page, to who is signed in; others sign in first, wherever the address leads."""

    @web.authenticated
    async def get(self, *_: str) -> None:
        """Answer 404, with a way out."""
        self._refuse(
            NotFound(
                "No page that you can see has this address.",
                fix="Compare it with the one that you were given, or begin anew and search.",
                code="page_not_found",
            )
        )


def mount(serverapp: Any, site: Site) -> None:
    """Answer every other address below the pages'; after all that is served there, and until they are unmounted."""
    page = replace(site.pages[0], title="No such page")
    rules = serverapp.web_app.default_router.rules
    before = list(rules)
    serverapp.web_app.add_handlers(".*$", [(rf"{re.escape(site.prefix)}(?:/.*)?", Lost, {"site": site, "page": page})])
    site.rules += [rule for rule in rules if rule not in before]
