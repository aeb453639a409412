"""One person looking at one page: who, where, and the door to operations."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from workbench.core.caller import Caller
from workbench.core.errors import WorkbenchError

from .pages import PageSpec

COOKIE = "workbench-window"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something could not be shown, in words for the person and an id for the log."""

    title: str
    detail: str
    fix: str
    correlation_id: str

    @classmethod
    def of(cls, error: BaseException, doing: str) -> Failure:
        """The failure that an error amounts to; written to the log under the same id."""
        correlation_id = getattr(error, "correlation_id", None) or secrets.token_hex(16)
        extra = {"correlation_id": correlation_id}
        if isinstance(error, WorkbenchError):
            log.warning("%s: %s [%s]", doing, error.detail, correlation_id, extra=extra)
            return cls(error.title, error.detail, error.fix, correlation_id)
        log.error("%s failed [%s]", doing, correlation_id, exc_info=error, extra=extra)
        return cls("This part could not be shown.", "Something failed that is not yours.", "Try again.", correlation_id)


@dataclass(frozen=True)
class Visit:
    """A visit to a page; `home` is where the server's own pages begin, `apps` where ours do (both end in a slash)."""

    caller: Caller
    workspace: str
    user: str
    page: PageSpec
    pages: Sequence[PageSpec]
    executor: Executor
    home: str = "/"
    apps: str = "/workbench/apps/"
    dark: bool = False
    phone: bool = False
    query: Mapping[str, str] = field(default_factory=dict)

    async def call(self, operation: str, **fields: Any) -> Any:
        """Carry out an operation as this person, off the event loop.

        Raises:
            WorkbenchError: as the operation does.
        """
        return await self.in_thread(partial(self.caller.call, operation, **fields))

    async def in_thread(self, work: Callable[[], Any]) -> Any:
        """Do what takes long off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.executor, work)

    def link(self, page: PageSpec) -> str:
        """The address of a page in this workspace."""
        return f"{self.apps}{self.workspace}/{page.path}"
