"""Clients of a server with the toys' operations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.integration.jupyter_ext import toys
from tests.integration.jupyter_ext.conftest import name, server, token
from tests.integration.jupyter_ext.serving import Server
from workbench.client import Client

__all__ = ["name", "server", "token"]


@pytest.fixture
def client_of(server: Server) -> Iterator[Callable[..., Client]]:
    """Makes clients that are closed at the end."""
    with ExitStack() as stack:
        yield lambda token, *more: stack.enter_context(Client(server.base, token, *more, registry=toys.registry))


@pytest.fixture
def client(client_of: Callable[..., Client], token: Callable[..., str]) -> Client:
    """A client of the home's owner."""
    return client_of(token())
