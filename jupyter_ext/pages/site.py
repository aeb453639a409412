"""The pages of one server: where they are, who calls from them, and what of them is open."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from weakref import WeakSet

from jupyter_server.utils import url_path_join
from tornado.routing import Rule

from workbench.core.caller import Caller
from workbench.ui.assets import Assets
from workbench.ui.pages import PageSpec

from . import APPS
from .stage import Here, Stage

THREADS = 4

CallerFor = Callable[..., Caller]


class Site:
    """The pages mounted in one server."""

    def __init__(
        self, serverapp: Any, caller_for: CallerFor, start_for: Callable[[Any], str], pages: Sequence[PageSpec],
        sign_out: str, apart: str,
    ) -> None:  # fmt: skip
        self.serverapp, self.caller_for, self.start_for = serverapp, caller_for, start_for
        self.home: str = serverapp.base_url
        self.sign_out = sign_out and url_path_join(self.home, sign_out)
        self.prefix = url_path_join(self.home, APPS)
        self.pages = tuple(pages)
        self.assets = Assets()
        self.executor = ThreadPoolExecutor(THREADS, thread_name_prefix="workbench-pages")
        self.stage: Stage = self._apart(apart) if apart else self._here()
        self.rules: list[Rule] = []
        self.sockets: WeakSet[Any] = WeakSet()

    def _here(self) -> Stage:
        key = self.serverapp.web_app.settings["cookie_secret"]
        secret = hmac.new(key, b"workbench pages", hashlib.sha256).hexdigest()
        return Here(self.pages, self.prefix, secret.encode(), self.executor)

    def _apart(self, pages: str) -> Stage:
        from .children.apart import Apart

        return Apart(pages, self.prefix)

    async def in_thread(self, work: Callable[..., Any], *args: Any) -> Any:
        """Do blocking work off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.executor, work, *args)
