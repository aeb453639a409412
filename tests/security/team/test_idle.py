"""What keeps a session alive: its person's doings, and not what JupyterLab asks by itself all the time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest
import websocket
from sqlalchemy import select, update

from tests.factories import team
from tests.factories.accounts import visitor
from tests.factories.kernels import message
from workbench.core.clock import now
from workbench.core.permissions import Role
from workbench.domains.access import service
from workbench.domains.access.models import SignedIn
from workbench.domains.access.service.accounts import replace_password

PASSWORD = "correct horse battery staple"
POLLS = (
    "api/contents/default?content=1&hash=0", "api/kernels", "api/sessions", "api/kernelspecs", "api/status", "api/me",
    "lab/api/settings", "lab/api/translations", "lab/api/workspaces/default", "static/lab/index.html",
    "workbench/api/v1/me", "workbench/api/v1/w/default/runs", "workbench/livez",
)  # fmt: skip
OPENED = ("lab", "workbench", "workbench/apps/default/home", "workbench/logout")


class Session:
    """A browser's session that was last used a while ago."""

    def __init__(self, server, user: UUID, name: str) -> None:
        self._server, self._user = server, user
        opened = service.open_session(visitor(server.workbench), name, PASSWORD)
        self._id, self.cookie = opened.session_id, f"workbench-session={opened.text}; _xsrf=x"
        headers = {"Cookie": self.cookie, "X-XSRFToken": "x"}
        self.client = httpx.Client(base_url=server.base, headers=headers, timeout=60)
        self.ends = now() + timedelta(minutes=7)
        with server.workbench.unit_of_work() as db:
            mine = update(SignedIn).where(SignedIn.id == self._id)
            db.execute(mine.values(seen_at=now() - timedelta(minutes=5), idle_until=self.ends))

    @property
    def idle_until(self) -> datetime:
        """When it would end by itself."""
        with self._server.workbench.read() as db:
            return db.scalars(select(SignedIn.idle_until).where(SignedIn.id == self._id)).one()

    def is_prolonged(self) -> bool:
        """Whether it comes to last longer, within some seconds."""
        end = time.monotonic() + 10
        while time.monotonic() < end:
            if self.idle_until > self.ends:
                return True
            time.sleep(0.02)
        return False

    @contextmanager
    def socket(self, path: str) -> Iterator[websocket.WebSocket]:
        """An open socket."""
        connection = websocket.WebSocket()
        connection.settimeout(20)
        try:
            connection.connect(self._server.base.replace("http", "ws", 1) + path, cookie=self.cookie)
            yield connection
        finally:
            connection.shutdown()


@pytest.fixture
def session(team_server) -> Iterator[Callable[[], Session]]:
    """Opens sessions of one Developer."""
    workbench, name, made = team_server.workbench, f"{uuid4().hex}@example.org", []
    user = team.person(workbench, name, Role.DEVELOPER)
    hash_ = service.hashed(workbench.pools, PASSWORD)
    with workbench.unit_of_work() as db:
        replace_password(db, user, hash_)

    def make() -> Session:
        made.append(Session(team_server, user, name))
        return made[-1]

    yield make
    for one in made:
        one.client.close()


def test_what_jupyterlab_asks_by_itself_leaves_a_session_to_end(session):
    """Lists, settings, events and our own reads are answered, and the session ends when it would have."""
    idle, used = session(), session()
    answers = [idle.client.get(path).status_code for path in POLLS]
    with idle.socket("workbench/api/v1/events") as events:
        events.recv()
        events.ping()
    used.client.post("workbench/api/v1/w/default/runs", json={})

    assert [code for code in answers if code >= 400] == []
    assert used.is_prolonged(), "what was noted later is done"
    assert idle.idle_until == idle.ends


@pytest.mark.parametrize("path", OPENED)
def test_opening_a_page_keeps_a_session(session, path):
    """Somebody who goes from page to page stays signed in."""
    used = session()
    used.client.get(path)

    assert used.is_prolonged()


def test_reading_in_the_sidebar_keeps_a_session(session):
    """The sidebar says which of its reads follow from a press."""
    used = session()
    used.client.get("workbench/api/v1/w/default/runs", headers={"X-Workbench-By": "person"})

    assert used.is_prolonged()


def test_changing_something_keeps_a_session(session):
    """Saving a file is somebody's doing."""
    used = session()
    wish = {"type": "file", "format": "text", "content": "x"}

    assert used.client.put(f"api/contents/default/{uuid4().hex}.txt", json=wish).is_success
    assert used.is_prolonged()


def test_a_cell_that_is_run_keeps_a_session_and_a_connection_does_not(session):
    """A window that connects to a kernel greets it by itself; code is somebody's doing."""
    starter, used = session(), session()
    made = starter.client.post("api/kernels", json={"name": "python3", "path": "default"}).json()
    with used.socket(f"api/kernels/{made['id']}/channels?session_id=x") as channels:
        time.sleep(1.5)  # open sockets are looked at each second
        channels.send(message("kernel_info_request"))
        channels.recv()
        greeted = used.idle_until
        channels.send(message("execute_request", code="1", silent=False))
        run = used.is_prolonged()
    starter.client.delete(f"api/kernels/{made['id']}")

    assert greeted == used.ends
    assert run
