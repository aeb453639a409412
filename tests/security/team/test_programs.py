"""A program signs in over HTTP as a person, and is out when she is."""

from __future__ import annotations

import httpx
import pytest

from tests.factories import team
from tests.factories.accounts import PASSWORD, account

NAME = "program@example.org"


@pytest.fixture(scope="module")
def stranger(team_server):
    """A client that shows nothing."""
    account(team_server.workbench, NAME)
    with httpx.Client(base_url=f"{team_server.base}workbench/api/v1/") as client:
        yield client


def me(client: httpx.Client, token: str) -> httpx.Response:
    """Ask who a bearer is."""
    return client.get("me", headers={"Authorization": f"Bearer {token}"})


def test_a_program_signs_in_refreshes_and_is_out_with_its_person(team_server, stranger):
    """Access tokens are taken where API tokens are, refresh tokens nowhere, and neither once the person is disabled."""
    made = stranger.post("auth/login", json={"name": NAME, "password": PASSWORD}).raise_for_status().json()
    renewed = stranger.post("auth/refresh", json={"refresh_token": made["refresh_token"]}).raise_for_status().json()

    assert me(stranger, made["access_token"]).json()["name"] == NAME
    assert me(stranger, renewed["access_token"]).status_code == 200
    assert me(stranger, renewed["refresh_token"]).status_code == 401
    assert stranger.post("auth/refresh", json={"refresh_token": made["refresh_token"]}).status_code == 409
    team.disable(team_server.workbench, NAME)
    assert me(stranger, renewed["access_token"]).status_code == 401
    assert stranger.post("auth/refresh", json={"refresh_token": renewed["refresh_token"]}).status_code == 401


def test_who_guesses_is_told_when_to_come_back(stranger):
    """After some failures the answer is 429 with Retry-After, for names that exist and those that do not."""
    answers = [stranger.post("auth/login", json={"name": "no@example.org", "password": "x"}) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
