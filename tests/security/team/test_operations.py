"""The same cells over HTTP and WebSocket: the faces add nothing to what the gate says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import websocket
from sqlalchemy import select

from tests.factories import oracle, team
from tests.factories.world import RELATIONS, Person, World, build
from workbench.core.operations import Operation, registry
from workbench.core.permissions import Role
from workbench.domains.access.models import Workspace

OPERATIONS = [op for op in registry.discover() if not op.permission.public]
API = "workbench/api/v1"
STATUS = {oracle.DONE: 200, oracle.DENIED: 403, oracle.UNKNOWN: 404}
AT_LEAST = 1_000
# What must be named as such in a path, or the request would make no sense.
NAMED = {"role": "viewer", "card": "c1", "document": "how-to.connect"}
OUTSIDERS = (None, "expired", "disabled")


@pytest.fixture(scope="module")
def world(team_server: Any) -> World:
    """The world, in the server's home."""
    with team_server.workbench.unit_of_work() as db:
        found = db.scalars(select(Workspace.id).where(Workspace.name == "default")).one()
        return build(db, found, [frozenset({role}) for role in Role])


@pytest.fixture(scope="module")
def callers(team_server: Any, world: World) -> Iterator[list[tuple[Person, frozenset[str] | None, httpx.Client]]]:
    """Everybody with a token of all that she may, and with one for a single permission of no weight."""
    made = []
    for person in world.people:
        for scopes in (None, frozenset({"me:read"})):
            text = team.token(team_server.workbench, person.user_id, *(scopes or ()))
            client = httpx.Client(base_url=team_server.base, headers={"Authorization": f"Bearer {text}"}, timeout=30)
            made.append((person, scopes, client))
    yield made
    for _, _, client in made:
        client.close()


def address(op: Operation, person: Person, relation: str | None, workspace: str = "default") -> str:
    """The path of an operation on an object; what the path names besides does not exist."""
    fields = {name: NAMED.get(name, "1") for name in op.path_fields}
    if op.target and relation:
        fields[op.target[1]] = str(person.objects[op.target[0].__tablename__, relation])
    return API + op.full_path.format(workspace=workspace, **fields)


def needs_nothing(op: Operation) -> bool:
    """Whether a request is complete with its path."""
    required = {name for name, field in op.request.model_fields.items() if field.is_required()}
    return required <= set(op.path_fields) and op.takes == "json"


def replayed(op: Operation, expected: str, answering: set[str]) -> bool:
    """Whether a cell can be asked for without changing the world, and its answer says who may."""
    if expected == oracle.DONE:
        return op.name in answering
    return op.target is None or needs_nothing(op) or expected == oracle.DENIED


@pytest.fixture(scope="module")
def answering(callers: list[Any]) -> set[str]:
    """The reads that answer an admin about what is in the world; the rest of them want more than a bare object."""
    admin, _, client = callers[0]
    assert admin.roles == {Role.ADMIN}
    reads = [op for op in OPERATIONS if op.effect == "read" and op.gives == "json" and op.method == "GET"]
    return {op.name for op in reads if client.get(address(op, admin, "own")).status_code == 200}


def cells(callers: list[Any], answering: set[str]) -> Iterator[tuple[str, int, Callable[[], httpx.Response]]]:
    """Of every cell its name, the status that it must have, and how to ask."""
    for person, scopes, client in callers:
        for op in OPERATIONS:
            outright = oracle.cell(op.permission.name, person.roles, scopes) == "–"
            for relation in RELATIONS if op.target and not outright else ("own",):
                expected = oracle.expected(op, person.roles, relation, scopes)
                if not replayed(op, expected, answering) or (expected == oracle.DENIED and not outright):
                    continue
                name = f"{op.name} / {sorted(person.roles)} / {relation} / {scopes}"
                path = address(op, person, relation)
                yield name, STATUS[expected], lambda op=op, path=path, client=client: client.request(op.method, path)


def test_cells_are_answered_as_agreed(callers, answering):
    """Each status over HTTP is the one that the agreed table asks for, in a part of each kind of cell."""
    every = sorted(cells(callers, answering), key=lambda cell: cell[1])
    part = [every[number * len(every) // AT_LEAST] for number in range(AT_LEAST)]
    asked = [(name, expected, ask().status_code) for name, expected, ask in part]

    assert [cell for cell in asked if cell[1] != cell[2]] == []
    assert len(set(asked)) == AT_LEAST
    assert {expected for _, expected, _ in asked} == set(STATUS.values())


@pytest.mark.parametrize("who", OUTSIDERS)
def test_whoever_is_not_let_in_is_told_nothing(as_somebody, world, who):
    """Nobody, an expired token and a disabled person's get the same 401 everywhere, also where there is an object."""
    client = as_somebody(who)
    statuses = {client.request(op.method, address(op, world.people[0], "own")).status_code for op in OPERATIONS}

    assert statuses == {401}


def test_another_workspaces_token_finds_no_workspace(callers):
    """A token bound to one workspace does not reach another, not even its name, whoever's it is."""
    person, _, client = callers[0]
    operations = [op for op in OPERATIONS if op.scope == "workspace"]
    statuses = {
        client.request(op.method, address(op, person, "own", workspace="beyond")).status_code for op in operations
    }

    assert statuses == {404}


def test_an_admin_who_sees_as_another_is_answered_so(callers):
    """Over HTTP as everywhere: a viewer's view shows no members and starts nothing, and is for admins alone."""
    (admin, _, client), (developer, _, other) = callers[0], callers[2]
    assert (admin.roles, developer.roles) == ({Role.ADMIN}, {Role.DEVELOPER})
    seen = f"{API}/w/default~viewer"
    refused = client.put(f"{seen}/preferences/x", json={"value": 1})

    assert [client.get(f"{seen}/{what}").status_code for what in ("pipelines", "members")] == [200, 403]
    assert (refused.status_code, refused.json()["code"]) == (403, "role_view")
    assert other.get(f"{seen}/pipelines").status_code == 403


@pytest.mark.parametrize("role", Role)
def test_everybody_signed_in_may_listen(team_server, as_somebody, role):
    """The socket opens for each role: what is heard is filtered event by event."""
    connection = websocket.WebSocket()
    given = as_somebody(role).headers["Authorization"]
    connection.connect(f"{team_server.base.replace('http', 'ws', 1)}{API}/events", header=[f"Authorization: {given}"])
    try:
        assert "stream.opened" in connection.recv()
    finally:
        connection.shutdown()


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nobody_else_may_listen(team_server, as_somebody, who):
    """The socket is refused before it opens."""
    given = as_somebody(who).headers.get("Authorization")
    header = [f"Authorization: {given}"] if given else []
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        websocket.WebSocket().connect(f"{team_server.base.replace('http', 'ws', 1)}{API}/events", header=header)

    assert refused.value.status_code == 401
