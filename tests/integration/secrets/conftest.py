"""What tests of stores need: one vault for all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.factories.vaults import Vault, serving


@pytest.fixture(scope="session")
def vault_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    """A real OpenBao server with an engine `kv`, a policy and a role for the workbench."""
    with serving(tmp_path_factory.mktemp("bao")) as vault:
        yield vault
