"""From where a request comes: the connection says, unless the server was told to believe a proxy."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from tests.factories import team
from tests.integration.jupyter_ext.serving import Server, serving_team
from workbench.core.permissions import Role
from workbench.core.settings import load
from workbench.domains.access import service
from workbench.domains.access.models import SignedIn
from workbench.domains.access.service.accounts import replace_password

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def proxied_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that was told to believe its proxy."""
    folder = tmp_path_factory.mktemp("proxied")
    given = {"home": folder / "home", "root": folder, "team": True, "executor": False, "trust_proxy": True}
    with serving_team(load(given, environ={})) as running:
        running.workbench  # noqa: B018 - waits until it is open
        yield running


def address_of_sign_in(server: Server, forwarded: str) -> str:
    """Which address a session is said to come from, of a sign-in with such a header."""
    workbench, name = server.workbench, f"{uuid4().hex}@example.org"
    user = team.person(workbench, name, Role.VIEWER)
    hash_ = service.hashed(workbench.pools, PASSWORD)
    with workbench.unit_of_work() as db:
        replace_password(db, user, hash_)
    wish = {"name": name, "password": PASSWORD}
    httpx.post(f"{server.api}/auth/login", json=wish, headers={"X-Forwarded-For": forwarded}).raise_for_status()
    with workbench.read() as db:
        return db.scalars(select(SignedIn.address).where(SignedIn.user_id == user)).one()


def test_nobody_is_believed_without_the_setting(team_server):
    """Who adds the header herself comes from where she connects from."""
    assert address_of_sign_in(team_server, "203.0.113.9") == "127.0.0.1"


def test_the_proxy_is_believed_and_not_what_it_was_told(proxied_server):
    """The last address is the one that the proxy saw; those before it are what somebody claimed to it."""
    assert address_of_sign_in(proxied_server, "198.51.100.1, 203.0.113.9") == "203.0.113.9"
