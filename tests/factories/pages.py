"""Summaries of a workspace, and somebody who visits its pages."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

from workbench.core.ids import new_id
from workbench.core.permissions import PERMISSIONS, Level, Role, level
from workbench.domains.access.schemas import MeView, Part
from workbench.domains.dashboards import schemas as s
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Person, Visit

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOME_PAGE = PageSpec("home", "Home", "home", "workbench.domains.dashboards.view.page:home")
ADA = Person("ada", ["admin"], dict.fromkeys(PERMISSIONS, "W"), ["default"])


class Answers:
    """A caller that answers from a table: values, functions of the fields, or errors to raise."""

    def __init__(self, **answers: Any) -> None:
        self.answers = {name.replace("_", ".", 1): answer for name, answer in answers.items()}
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def call(self, name: str, /, **fields: Any) -> Any:
        """What the table has for an operation."""
        self.asked.append((name, fields))
        answer = self.answers[name]
        if isinstance(answer, Exception):
            raise answer
        return answer(**fields) if isinstance(answer, Callable) else answer  # type: ignore[arg-type]

    stream = call


def me(*workspaces: str, role: Role = Role.ADMIN) -> MeView:
    """Ada, who has a role in each of some workspaces."""
    reach = {name: level(name, [role]).value for name in PERMISSIONS if level(name, [role]) is not Level.NONE}
    parts = [
        Part(id=new_id(), name=name, title=name, timezone="UTC", roles=[role], permissions=reach) for name in workspaces
    ]
    return MeView(
        principal="ada", kind="user", user_id=new_id(), name="ada", display_name="Ada", email_verified=True,
        system_admin=False, scopes=None, workspaces=parts,
    )  # fmt: skip


def visit(caller: Any, **fields: Any) -> Visit:
    """A visit to the home page of workspace `default`."""
    given = {"workspace": "default", "person": ADA, "page": HOME_PAGE, "pages": (HOME_PAGE,)}
    return Visit(caller=caller, executor=ThreadPoolExecutor(1), **(given | fields))


def run_line(**fields: Any) -> s.RunLine:
    """A run that has succeeded after two seconds, a minute before noon."""
    began = NOON - timedelta(minutes=1)
    given = {
        "id": new_id(), "pipeline": "daily_delays", "title": "Daily delays", "status": "succeeded",
        "submitted_by": "ada",
        "submitted_at": began, "started_at": began, "finished_at": began + timedelta(seconds=2), "cells_done": 4,
        "cells_total": 4, "error": None, "tables": [s.TableWritten(name="daily_delays", version=3, rows=480)],
    }  # fmt: skip
    return s.RunLine(**(given | fields))


def home(**fields: Any) -> s.Home:
    """The summary of a workspace with one table and one run."""
    marks = [s.RunMark(status="succeeded", seconds=2.0)]
    table = s.TableLine(
        name="daily_delays", rows=480, bytes=9000, version=3, written_at=NOON - timedelta(minutes=1), written_by="ada"
    )
    given = {
        "workspace": "default", "timezone": "UTC", "at": NOON, "pipelines": {"daily_delays": "Daily delays"},
        "runs": s.RunCounts(total=1, succeeded=1, failed=0, active=0, marks=marks),
        "store": s.StoreCounts(tables=1, rows=480, bytes=9000, rows_today=480, growth=[0, 480], sizes=[480]),
        "last_write": s.LastWrite(at=table.written_at, table="daily_delays", version=3, by="ada", sizes=[480.0]),
        "checks": s.CheckCounts(passed=2, failed=0), "recent": [run_line()], "tables": [table],
        "measures": [], "figure": None,
    }  # fmt: skip
    return s.Home(**(given | fields))


def nothing() -> s.Home:
    """The summary of a workspace in which nothing ever happened."""
    return home(
        pipelines={}, runs=s.RunCounts(total=0, succeeded=0, failed=0, active=0, marks=[]),
        store=s.StoreCounts(tables=0, rows=0, bytes=0, rows_today=0, growth=[], sizes=[]), last_write=None,
        checks=s.CheckCounts(passed=0, failed=0), recent=[], tables=[],
    )  # fmt: skip


async def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until something is true.

    Raises:
        TimeoutError: it did not become true.
    """
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.01)


def text(markup: Any) -> str:
    """What a person reads in some HTML, spaces made plain."""
    return re.sub(
        r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", str(markup).replace("<wbr>", ""))).replace("\u202f", " ")
    ).strip()


def whole(page: Any) -> str:
    """All that the parts of a page are made of."""
    return "".join(str(part.object) for part in page.shell.select(lambda part: hasattr(part, "object")))


@contextmanager
def document() -> Iterator[Any]:
    """A Bokeh document to draw in."""
    from bokeh.document import Document
    from panel.io.state import set_curdoc

    made = Document()
    with set_curdoc(made):
        yield made


def opened(view: Callable[[Visit], Any], caller: Any, acts: Sequence[Any] = (), **fields: Any) -> Any:
    """A page once its first answer was shown, or could not be had; then `acts` are done and the page is drawn again.

    Acts in a list of their own are done at once, each as soon as the one before waits for something.
    """

    async def drawn_once(page: Any, drawn: list[Callable[[], None]]) -> None:
        await until(lambda: bool(drawn), 20)
        while drawn:
            drawn.pop(0)()

    async def visited() -> Any:
        with document() as made:
            drawn: list[Callable[[], None]] = []
            made.add_next_tick_callback = drawn.append
            page = view(visit(caller, **fields))
            page.start()
            await drawn_once(page, drawn)
            for one in acts:
                for act, given in one if isinstance(one, list) else [one]:
                    page.presence._handle_msg({"act": act, "fields": given})
                await asyncio.gather(*page._tasks)
                await drawn_once(page, drawn)
            page.live.stop()
            return page

    return asyncio.run(visited())
