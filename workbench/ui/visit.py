"""One person looking at one page: who, where, and the door to operations."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextvars import Context
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from workbench.core.caller import Caller
from workbench.core.context import ROLE_MARK
from workbench.core.errors import Invalid, NotFound, NotPermitted, WorkbenchError
from workbench.core.permissions import Level, Role, level

from .formats import ZONE
from .languages import ENGLISH, SPOKEN, mark, tr
from .likings import THEMES, Likings, zone_of
from .pages import EMBED, IN_LAB, PageSpec

COOKIE = "workbench-window"
THEME = "theme"  # what the address of a page in a frame may ask for
SHOWN = "dashboards"  # the page of what is made to be shown
UNFIT = mark("Something does not fit.")  # what callers of the API are told speaks of requests
MARKED = mark("Mend what is told here, and send it again.")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something could not be shown or done, in words for the person and an id for the log.

    To try again is of no use where it is `refused`: it is not there for her. `faults` are what is wrong with what she
    filled in: a pointer to each, and a sentence.
    """

    title: str
    detail: str
    fix: str
    correlation_id: str
    refused: bool = False
    faults: Sequence[tuple[str, str]] = ()

    @classmethod
    def of(cls, error: BaseException, doing: str) -> Failure:
        """The failure that an error amounts to; written to the log under the same id."""
        correlation_id = getattr(error, "correlation_id", None) or secrets.token_hex(16)
        extra = {"correlation_id": correlation_id}
        if isinstance(error, WorkbenchError):
            log.warning("%s: %s [%s]", doing, error.detail, correlation_id, extra=extra)
            refused = isinstance(error, NotFound | NotPermitted)
            faults = [(one["pointer"], one["message"]) for one in error.errors]
            title, detail, fix = error.title, error.detail, error.fix
            if isinstance(error, Invalid):
                title = tr(UNFIT)
                # The detail is said to programs: by fields of a request, and places in a document.
                if faults and ("operation" in error.params or error.code == "bad_document"):
                    detail, fix = tr("What was filled in cannot be taken."), tr(MARKED)
            return cls(title, detail, fix, correlation_id, refused, faults)
        log.error("%s failed [%s]", doing, correlation_id, exc_info=error, extra=extra)
        title, detail = tr("This part could not be shown."), tr("Something failed that is not yours.")
        return cls(title, detail, tr("Try again."), correlation_id)


@dataclass(frozen=True, slots=True)
class Person:
    """Who visits: how she is called, what she is and may do in the workspace, and where else she has a part."""

    name: str
    roles: Sequence[str] = ()
    permissions: Mapping[str, str] = field(default_factory=dict)  # to the level at which she holds each
    workspaces: Sequence[str] = ()
    address: str = ""  # by which she signs in, where that is not her name
    timezone: str = "UTC"  # the workspace's
    likings: Likings = field(default_factory=Likings)

    @property
    def zone(self) -> tzinfo:
        """The zone that times are shown in: hers, else the workspace's."""
        return self.likings.zone or zone_of(self.timezone) or UTC

    def may(self, permission: str) -> bool:
        """Whether she holds a permission, at whatever level."""
        return permission in self.permissions

    def may_at_large(self, permission: str) -> bool:
        """Whether she holds a permission beyond what others shared with her."""
        return Level(self.permissions.get(permission, Level.NONE)) > Level.S


@dataclass(frozen=True)
class Visit:
    """A visit to a page; `home` is where the server's own pages begin, `apps` where ours do (both end in a slash).

    `subject` is what a page of many is about; `sign_out` is where the person leaves, where she can; `origin` is the
    server as her browser knows it: scheme, host and port.
    """

    caller: Caller
    workspace: str
    person: Person
    page: PageSpec
    pages: Sequence[PageSpec]
    executor: Executor
    subject: str = ""
    sign_out: str = ""
    origin: str = ""
    home: str = "/"
    apps: str = "/workbench/apps/"
    language: str = ENGLISH
    dark: bool = False
    phone: bool = False
    query: Mapping[str, str] = field(default_factory=dict)

    async def call(self, operation: str, /, **fields: Any) -> Any:
        """Carry out an operation as this person, off the event loop.

        Raises:
            WorkbenchError: as the operation does.
        """
        return await self.in_thread(partial(self.caller.call, operation, **fields))

    async def in_thread(self, work: Callable[[], Any]) -> Any:
        """Do what takes long off the event loop, in the zone and the language of who looks.

        Nothing else of the page's context goes along: what the kit keeps in it is for the event loop.

        Raises:
            CancelledError: the server ends, and with it the page.
        """
        try:
            done = asyncio.get_running_loop().run_in_executor(
                self.executor, partial(Context().run, _seen_by, ZONE.get(), SPOKEN.get(), work)
            )  # fmt: skip
        except RuntimeError as error:  # the executor takes no more
            raise asyncio.CancelledError from error
        return await done

    def link(self, page: PageSpec | str, subject: str = "", **query: str) -> str:
        """The address of a page in this workspace; of a page of many, that about `subject`."""
        stem = page if isinstance(page, str) else page.stem
        about = f"/{quote(subject, safe='')}" if subject else ""
        asked = f"?{urlencode(query)}" if query else ""
        return f"{self.apps}{quote(self.workspace, safe='')}/{stem}{about}{asked}"

    def api(self, path: str, **query: str) -> str:
        """The address of a route in this workspace, for what a browser fetches itself, such as a file."""
        asked = f"?{urlencode(query)}" if query else ""
        return f"{self.home}workbench/api/v1/w/{quote(self.workspace, safe='')}/{path}{asked}"

    @property
    def embedded(self) -> bool:
        """Whether the page is shown in a frame of another, without the shell and what leads elsewhere."""
        return self.page.embedded(self.query)

    @property
    def bare(self) -> bool:
        """Whether it is shown without the shell, in such a frame or within JupyterLab, which has a menu of its own."""
        return self.embedded or self.query.get(EMBED) == IN_LAB

    @property
    def framing(self) -> dict[str, str]:
        """What the address says of the frame around the page, which stays however what is shown changes."""
        return {name: self.query[name] for name in (EMBED, THEME) if name in self.query} if self.bare else {}

    @property
    def theme_by(self) -> str:
        """Whose choice the theme is: the address's, of a page in a frame; hers; else her browser's."""
        if self.framing.get(THEME) in THEMES:
            return "address"
        return "browser" if self.person.likings.dark is None else "person"

    def themed(self, seen: bool) -> Visit:
        """The visit in the theme that is chosen for it; `seen` is how dark her browser saw the last one."""
        chosen = {"address": THEMES.get(self.framing.get(THEME, "")), "person": self.person.likings.dark}
        return replace(self, dark=bool(chosen.get(self.theme_by, seen)))

    @property
    def place(self) -> str:
        """The workspace, whoever it is seen as."""
        return self.workspace.partition(ROLE_MARK)[0]

    @property
    def seen_as(self) -> str:
        """The role as which the person sees the workspace; empty where she sees it as herself."""
        return self.workspace.partition(ROLE_MARK)[2]

    def as_role(self, role: str = "") -> str:
        """The address of this page as somebody of a role would see it; without a role as the person herself does.

        Where the role may not open the page, or sees of its things only what was shared, it is that of what is shown to
        everybody.
        """
        there = replace(self, workspace=f"{self.place}{ROLE_MARK}{role}" if role else self.place)
        if role:
            enough = Level.S if SHOWN in (self.page.path, self.page.above) else Level.O
            if level(self.page.permission, [Role(role)]) < enough:
                return there.link(SHOWN)
        return there.link(self.page, self.subject, **self.query)

    @property
    def address(self) -> str:
        """The address of the page that is visited, without what is asked of it."""
        return self.link(self.page, self.subject)

    @property
    def may_open(self) -> Sequence[PageSpec]:
        """The pages that the person may open, in the order of the navigation."""
        return [page for page in self.pages if self.person.may(page.permission)]

    def has(self, path: str) -> bool:
        """Whether there is a page of that path that the person may open."""
        return any(page.path == path for page in self.may_open)


def _seen_by(zone: tzinfo, language: str, work: Callable[[], Any]) -> Any:
    ZONE.set(zone)
    SPOKEN.set(language)
    return work()
