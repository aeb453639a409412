"""One server with the toys' operations for all tests of a process; a test makes what it needs in it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest

from tests.integration.jupyter_ext import toys
from tests.integration.jupyter_ext.serving import Server, serving
from workbench.core.settings import load


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Jupyter server with the extension over a home of the toys."""
    folder = tmp_path_factory.mktemp("served")
    settings = load({"home": folder / "home", "root": folder, "executor": False, "body_bytes": 100_000}, environ={})
    with serving(folder, settings, toys.open_toys) as running:
        running.workbench  # noqa: B018 - waits until it is open
        yield running


@pytest.fixture
def api(server: Server) -> Iterator[httpx.Client]:
    """A client that is signed in as Jupyter's user."""
    with server.client() as client:
        yield client


@pytest.fixture
def name() -> str:
    """A name that no other test uses."""
    return f"thing_{secrets.token_hex(6)}"


@pytest.fixture
def token(server: Server) -> Callable[..., str]:
    """Mints API tokens for the home's owner in workspace `default`."""
    from workbench.domains.access import service

    def mint(*scopes: str) -> str:
        workbench = server.workbench
        with workbench.unit_of_work() as db:
            who = service.os_principal(db)
            workspace = next(iter(who.roles))
            return service.mint(db, who, workspace, "test", frozenset(scopes) or None, timedelta(days=1)).text

    return mint
