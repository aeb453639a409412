"""A workbench with the toys' operations, on the database that a test asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.integration.jupyter_ext import toys
from workbench.core.caller import LocalCaller
from workbench.core.context import Context, Principal
from workbench.core.settings import Settings
from workbench.core.workbench import Workbench
from workbench.domains.access import service


@pytest.fixture
def bench(settings: Settings) -> Iterator[Workbench]:
    """The toys' workbench in a home of its own."""
    opened = toys.open_toys(settings)
    yield opened
    opened.close()


@pytest.fixture
def owner(bench: Workbench) -> Principal:
    """Whom the home belongs to."""
    with bench.read() as db:
        return service.os_principal(db)


@pytest.fixture
def asking(bench: Workbench, owner: Principal) -> Callable[..., Context]:
    """Makes contexts, of the owner where nobody else is named."""

    def make(principal: Principal | None = None, **more: Any) -> Context:
        with bench.read() as db:
            return bench.context(db, principal or owner, **more)

    return make


@pytest.fixture
def toys_caller(bench: Workbench, owner: Principal) -> LocalCaller:
    """The owner's caller."""
    return LocalCaller(bench, lambda db: bench.context(db, owner))
