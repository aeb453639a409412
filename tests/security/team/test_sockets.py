"""Sockets of people who may not have them any more, and kernels and sessions of others."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import httpx
import pytest
import websocket

from tests.factories import team
from tests.factories.kernels import message
from workbench.core.errors import NotAuthenticated
from workbench.core.permissions import Role

SECONDS = 2.0


class Person:
    """Somebody with a client and sockets of her own."""

    def __init__(self, server, *roles: Role) -> None:
        self.server, self.name = server, f"{uuid4().hex}@example.org"
        self.id: UUID = team.person(server.workbench, self.name, *roles)
        self.token = team.token(server.workbench, self.id)
        self.headers = {"Authorization": f"Bearer {self.token}"}
        self.client = httpx.Client(base_url=server.base, headers=self.headers, timeout=30)

    @contextmanager
    def socket(self, path: str, **options: object) -> Iterator[websocket.WebSocket]:
        """An open socket of hers."""
        address = self.server.base.replace("http", "ws", 1) + path
        header = [f"{name}: {value}" for name, value in self.headers.items()]
        connection = websocket.WebSocket()
        connection.settimeout(20)
        try:
            connection.connect(address, header=header, **options)
            yield connection
        finally:
            connection.shutdown()


@pytest.fixture
def someone(team_server) -> Iterator[Callable[..., Person]]:
    """Makes people."""
    made: list[Person] = []

    def make(*roles: Role) -> Person:
        made.append(Person(team_server, *roles))
        return made[-1]

    yield make
    for person in made:
        person.client.close()


def closed_after(connection: websocket.WebSocket) -> tuple[float, int | None]:
    """After how many seconds a socket closed, and with which code."""
    began, code = time.monotonic(), None
    try:
        while True:
            opcode, data = connection.recv_data()
            if opcode == websocket.ABNF.OPCODE_CLOSE:
                code = int.from_bytes(data[:2], "big")
                break
    except (websocket.WebSocketConnectionClosedException, ConnectionError):
        pass
    return time.monotonic() - began, code


def lose_role(server, person: Person) -> None:
    """Take her only role from her."""
    team.set_roles(server.workbench, person.id)


def change_role(server, person: Person) -> None:
    """Make a Viewer of her."""
    team.set_roles(server.workbench, person.id, Role.VIEWER)


def disable(server, person: Person) -> None:
    """Disable her account."""
    team.disable(server.workbench, person.name)


def revoke(server, person: Person) -> None:
    """Let what she signed in with be over."""
    team.expire(server.workbench, person.token)


@pytest.mark.parametrize("happens", [lose_role, change_role, disable, revoke])
def test_sockets_close_within_two_seconds(team_server, someone, happens):
    """When she loses a role, gets another, is disabled, or what she signed in with has ended; others' stay open."""
    ann, bob = someone(Role.DEVELOPER), someone(Role.DEVELOPER)
    with ann.socket("workbench/api/v1/events") as hers, bob.socket("workbench/api/v1/events") as his:
        assert json.loads(hers.recv())["name"] == json.loads(his.recv())["name"] == "stream.opened"
        happens(team_server, ann)
        taken, code = closed_after(hers)
        his.ping()
        his.settimeout(0.2)
        with pytest.raises(websocket.WebSocketTimeoutException):
            closed_after(his)

    assert taken < SECONDS
    assert code == 4001
    assert ann.client.get("api/kernels").status_code in (401, 403)


def test_what_somebody_has_by_a_group_ends_with_it(team_server, someone):
    """A Viewer who is a Developer by a group alone is one no longer: her socket closes, kernels are refused."""
    ann = someone(Role.VIEWER)
    group = team.group(team_server.workbench, ann.id, Role.DEVELOPER)
    assert ann.client.get("api/kernels").status_code == 200
    with ann.socket("workbench/api/v1/events") as hers:
        assert json.loads(hers.recv())["name"] == "stream.opened"
        team.delete_group(team_server.workbench, group)
        taken, code = closed_after(hers)

    assert taken < SECONDS
    assert code == 4001
    assert ann.client.get("api/kernels").status_code in (401, 403)


def test_the_socket_of_a_page_closes_too(team_server, someone):
    """A page that is open tells nothing any more to somebody who was disabled, and its handle calls nothing for her."""
    ann = someone(Role.EXECUTIVE)
    token = page_token(ann)
    visits = team_server.extension._site.stage.visits
    hers_is = visits._by_token[token].handle
    assert visits.of(hers_is).call("me.show").name == ann.name
    with ann.socket("workbench/apps/default/home/ws", subprotocols=["bokeh", token]) as hers:
        hers.recv()
        disable(team_server, ann)
        with pytest.raises(NotAuthenticated):
            visits.of(hers_is).call("me.show")
        taken, _ = closed_after(hers)

    assert taken < SECONDS


def test_the_page_of_another_does_not_open(someone):
    """A page's token is its person's: neither an Admin nor a stranger opens a socket with it."""
    ann = someone(Role.ADMIN)
    for other in (someone(Role.VIEWER), someone(Role.ADMIN)):
        opening = other.socket("workbench/apps/default/home/ws", subprotocols=["bokeh", page_token(ann)])
        with pytest.raises(websocket.WebSocketBadStatusException) as refused, opening:
            pass

        assert refused.value.status_code == 403


def page_token(person: Person) -> str:
    """The token of a page that she has opened."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        text = person.client.get("workbench/apps/default/home").text
        if '"token":"' in text:
            return text.partition('"token":"')[2].partition('"')[0]
        time.sleep(0.2)
    raise AssertionError("the page did not open")


@pytest.fixture
def kernel(someone) -> Iterator[tuple[Person, str, str]]:
    """A Developer, her session for a notebook, and its kernel."""
    ann = someone(Role.DEVELOPER)
    name = f"default/{uuid4().hex}.ipynb"
    made = ann.client.post("api/sessions", json={"path": name, "type": "notebook", "kernel": {"name": "python3"}})
    assert made.status_code == 201, made.text
    yield ann, made.json()["id"], made.json()["kernel"]["id"]
    ann.client.delete(f"api/sessions/{made.json()['id']}")


def test_kernels_and_sessions_are_their_starters_own(kernel, someone):
    """Another Developer of the workspace, and its Admin, neither list nor reach them, and get their own."""
    ann, session, started = kernel
    assert [found["id"] for found in ann.client.get("api/kernels").json()] == [started]
    path = ann.client.get(f"api/sessions/{session}").json()["path"]
    for other in (someone(Role.DEVELOPER), someone(Role.ADMIN)):
        client = other.client
        assert client.get("api/kernels").json() == client.get("api/sessions").json() == []
        answers = [
            client.get(f"api/kernels/{started}"),
            client.post(f"api/kernels/{started}/interrupt"),
            client.post(f"api/kernels/{started}/restart"),
            client.delete(f"api/kernels/{started}"),
            client.post("api/kernels", json={"kernel_id": started, "path": "default"}),
            client.get(f"api/sessions/{session}"),
            client.patch(f"api/sessions/{session}", json={"path": "default/x.ipynb"}),
            client.delete(f"api/sessions/{session}"),
        ]
        joined = client.post("api/sessions", json={"path": path, "type": "notebook", "kernel": {"id": started}})

        assert [answer.status_code for answer in answers] == [404] * 8
        assert not joined.is_success
        with (
            pytest.raises(websocket.WebSocketBadStatusException),
            other.socket(f"api/kernels/{started}/channels"),
        ):
            pass
    assert ann.client.get(f"api/kernels/{started}").status_code == 200


def test_a_kernel_is_told_its_notebook_as_it_finds_it(someone):
    """Not where the server keeps it, though the session names a notebook in a folder."""
    ann, folder = someone(Role.DEVELOPER), uuid4().hex
    assert ann.client.put(f"api/contents/default/{folder}", json={"type": "directory"}).is_success
    wish = {"path": f"default/{folder}/x.ipynb", "name": "x.ipynb", "type": "notebook", "kernel": {"name": "python3"}}
    made = ann.client.post("api/sessions", json=wish).json()
    with ann.socket(f"api/kernels/{made['kernel']['id']}/channels?session_id=x") as channels:
        code = "import os; print(os.environ['JPY_SESSION_NAME'], os.getcwd())"
        channels.send(message("execute_request", code=code, silent=False))
        while (heard := json.loads(channels.recv()))["msg_type"] != "stream":
            pass
    ann.client.delete(f"api/sessions/{made['id']}")

    assert heard["content"]["text"].split() == [f"/workspace/{folder}/x.ipynb", f"/workspace/{folder}"]


def test_the_channels_of_a_kernel_close_and_open_no_more(team_server, kernel):
    """Somebody who was disabled neither sends code to her kernel nor hears of it."""
    ann, _, started = kernel
    with ann.socket(f"api/kernels/{started}/channels?session_id=x") as channels:
        disable(team_server, ann)
        taken, _ = closed_after(channels)
    with (
        pytest.raises(websocket.WebSocketBadStatusException) as refused,
        ann.socket(f"api/kernels/{started}/channels"),
    ):
        pass

    assert taken < SECONDS
    assert refused.value.status_code == 401


@pytest.mark.parametrize("path", ["", "x.ipynb", "elsewhere/x.ipynb", "../default/x.ipynb", "default/../../x.ipynb"])
def test_no_kernel_starts_outside_of_ones_workspaces(someone, path):
    """The path says the workspace, and the workspace is one where she may use kernels."""
    ann = someone(Role.DEVELOPER)
    body = {"path": path, "type": "notebook", "kernel": {"name": "python3"}}
    answers = [ann.client.post("api/sessions", json=body), ann.client.post("api/kernels", json={"path": path})]

    assert {answer.status_code for answer in answers} <= {403, 404}, [answer.text for answer in answers]
    assert ann.client.get("api/kernels").json() == []


def test_what_jupyterlab_keeps_is_each_persons_own(someone):
    """Settings and the arrangement of the window of one are not seen by another."""
    ann, bob = someone(Role.DEVELOPER), someone(Role.EXECUTOR)
    theme = "lab/api/settings/@jupyterlab/apputils-extension:themes"
    window = {"data": {}, "metadata": {"id": "default"}}
    assert ann.client.put(theme, json={"raw": '{"theme": "JupyterLab Dark"}'}).status_code == 204
    assert ann.client.put("lab/api/workspaces/default", json=window).status_code == 204

    assert "Dark" in ann.client.get(theme).json()["raw"]
    assert "Dark" not in bob.client.get(theme).json()["raw"]
    assert ann.client.get("lab/api/workspaces").json()["workspaces"]["ids"] == ["default"]
    assert bob.client.get("lab/api/workspaces").json()["workspaces"]["ids"] == []
