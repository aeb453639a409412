"""One team's server for all tests of a process, with a person in each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.factories import team
from tests.integration.jupyter_ext.serving import Server, serving_team
from workbench.core.errors import WorkbenchError
from workbench.core.permissions import Role
from workbench.core.settings import load


@pytest.fixture(scope="session")
def team_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A team's server."""
    folder = tmp_path_factory.mktemp("team")
    given = {
        "home": folder / "home", "root": folder, "team": True, "executor": False, "requests_per_minute": 1_000_000,
        "cors_origins": "https://known.example", "frame_origins": "https://intranet.example",
    }  # fmt: skip
    with serving_team(load(given, environ={})) as running:
        running.workbench  # noqa: B018 - waits until it is open
        yield running


@pytest.fixture(scope="session")
def people(team_server: Server) -> dict[Role, UUID]:
    """A person in each role of workspace `default`."""
    return {role: team.person(team_server.workbench, f"{role}@example.org", role) for role in Role}


@pytest.fixture(scope="session")
def as_somebody(team_server: Server, people: dict[Role, UUID]) -> Iterator[Callable[[Role | str | None], httpx.Client]]:
    """A client below the server's base URL: of somebody in a role, of whoever is not let in any more, of a stranger."""
    workbench = team_server.workbench
    tokens: dict[Role | str, str] = {role: team.token(workbench, user) for role, user in people.items()}
    tokens["expired"] = team.token(workbench, people[Role.ADMIN])
    tokens["disabled"] = team.token(workbench, team.person(workbench, "gone@example.org", Role.ADMIN))
    team.expire(workbench, tokens["expired"])
    team.disable(workbench, "gone@example.org")
    headers: dict[Role | str | None, dict[str, str]] = {None: {}}
    headers |= {who: {"Authorization": f"Bearer {text}"} for who, text in tokens.items()}
    clients = {who: httpx.Client(base_url=team_server.base, headers=given) for who, given in headers.items()}
    yield clients.__getitem__
    for client in clients.values():
        client.close()


@pytest.fixture
def guarded(team_server: Server, as_somebody: Callable[..., httpx.Client], monkeypatch: Any) -> Callable[..., bool]:
    """Whether somebody's request reaches a handler: the guard says, and no handler is run."""
    from jupyter_ext.team.guard import Guard

    reached: list[bool] = []
    admit = Guard.admit

    async def noted(guard: Guard, request: Any, found: Any) -> None:
        try:
            await admit(guard, request, found)
        except WorkbenchError:
            reached.append(False)
            raise
        reached.append(True)
        raise WorkbenchError("It came through.")

    monkeypatch.setattr(Guard, "admit", noted)
    monkeypatch.setattr(team_server.app.kernel_manager, "owned", lambda *_: True)

    def ask(who: Role | str | None, method: str, path: str) -> bool:
        reached.clear()
        as_somebody(who).request(method, path)
        (result,) = reached
        return result

    return ask
