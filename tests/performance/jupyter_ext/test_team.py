"""What a team's checks cost a request, against a personal server over the same kind of home (aim: 0.8 of its rate)."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.factories import team
from tests.integration.jupyter_ext.serving import serving, serving_team
from workbench.core.permissions import Role
from workbench.core.settings import load

WARM_UP, ROUNDS, CLIENTS = 20, 5, 4
ASKED = "workbench/api/v1/w/default/tables"


@pytest.fixture
def clients(tmp_path) -> Iterator[dict[str, list[httpx.Client]]]:
    """Clients of a personal and of a team's server, both running."""
    with ExitStack() as stack:
        own = load({"home": tmp_path / "own", "root": tmp_path, "executor": False}, environ={})
        given = {"home": tmp_path / "team", "root": tmp_path, "executor": False, "team": True}
        shared = load(given | {"requests_per_minute": 10_000_000}, environ={})
        personal = stack.enter_context(serving(tmp_path, own))
        served = stack.enter_context(serving_team(shared))
        personal.workbench  # noqa: B018 - waits until it is open
        user = team.person(served.workbench, "ann@example.org", Role.ADMIN)
        headers = {"Authorization": f"Bearer {team.token(served.workbench, user)}"}
        mine = {"Authorization": f"token {personal.token}"}
        made = {
            "personal": [httpx.Client(base_url=personal.base, headers=mine) for _ in range(CLIENTS)],
            "team": [httpx.Client(base_url=served.base, headers=headers) for _ in range(CLIENTS)],
        }
        for found in made.values():
            for client in found:
                stack.callback(client.close)
        yield made


def rate(clients: list[httpx.Client], each: int) -> float:
    """How many requests a second a few clients get answered together."""

    def ask(client: httpx.Client) -> None:
        for _ in range(each):
            assert client.get(ASKED).status_code == 200

    threads = [threading.Thread(target=ask, args=[client]) for client in clients]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(clients) * each / (time.perf_counter() - began)


@pytest.mark.thorough
def test_the_checks_of_a_team_leave_most_of_the_rate(clients, quick):
    """Both servers answer the same operation in turn; the ratio of the medians."""
    each = 25 if quick else 250
    found: dict[str, list[float]] = {"personal": [], "team": []}
    for turn in range(ROUNDS + 1):
        for name, rates in found.items():
            measured = rate(clients[name], WARM_UP if turn == 0 else each)
            if turn:
                rates.append(measured)
    middle = {name: statistics.median(rates) for name, rates in found.items()}
    ratio = middle["team"] / middle["personal"]
    print(f"requests/s: personal {middle['personal']:.0f}, team {middle['team']:.0f}, ratio {ratio:.2f}")

    assert ratio > 0.6
