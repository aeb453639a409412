"""Adds the pages to a server, and takes them away."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from jupyter_server.utils import url_path_join

from workbench.ui.languages import mark
from workbench.ui.pages import PageSpec

from . import ENTRY
from .door import SocketDoor
from .handlers import AssetHandler, EntryHandler, Lost, PageHandler
from .site import CallerFor, Site


def mount(
    serverapp: Any, caller_for: CallerFor, start_for: Callable[[Any], str], pages: Sequence[PageSpec],
    sign_out: str = "", apart: str = "",
) -> Site:  # fmt: skip
    """Serve `pages` at `<base_url>workbench/apps/<workspace>/<path>`.

    They are drawn in a process of their own where `apart` says where they are declared, as `module:name`, else here.
    That process is started when `stage.begin` is called, or somebody opens a page.

    `caller_for(user, workspace, origin=…)` answers the `Caller` of a signed-in Jupyter user in a workspace, or raises a
    WorkbenchError where that user has no part in it; `start_for(user)` answers where `<base_url>workbench` leads her.
    Both are called in a thread. `sign_out` is where she leaves, below the base URL; empty where nobody can.
    """
    site = Site(serverapp, caller_for, start_for, pages, sign_out, apart)
    prefix = re.escape(site.prefix)
    entry = re.escape(url_path_join(site.home, ENTRY))
    routes: list[Any] = [
        (rf"(?:{entry}|{prefix}(?:/(?P<workspace>[^/]+))?)/?", EntryHandler, {"site": site, "page": pages[0]}),
        (rf"{prefix}/static/(.*)", AssetHandler, {"site": site}),
    ]
    for page in pages:
        at = rf"{prefix}/(?P<workspace>[^/]+)/{re.escape(page.stem)}" + (r"/(?P<subject>[^/]+)" if page.of_many else "")
        routes.append((rf"{at}/?", PageHandler, {"site": site, "page": page}))
        routes.append((rf"{at}/ws", SocketDoor, {"site": site, "page": page}))
    _add(site, routes)
    if not apart:
        site.stage.begin()
    return site


def unmount(site: Site) -> None:
    """Stop serving pages and end their sessions."""
    rules = site.serverapp.web_app.default_router.rules
    rules[:] = [rule for rule in rules if rule not in site.rules]
    for socket in list(site.sockets):
        socket.close()
    site.stage.stop()
    site.executor.shutdown(wait=False, cancel_futures=True)


def mount_lost(site: Site) -> None:
    """Answer every other address below the pages'; after all that is served there, and until they are unmounted."""
    page = replace(site.pages[0], title=mark("No such page"))
    _add(site, [(rf"{re.escape(site.prefix)}(?:/.*)?", Lost, {"site": site, "page": page})])


def _add(site: Site, routes: list[Any]) -> None:
    web_app = site.serverapp.web_app
    before = list(web_app.default_router.rules)
    web_app.add_handlers(".*$", routes)
    site.rules += [rule for rule in web_app.default_router.rules if rule not in before]
