"""A mail server for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.factories.mail import MailServer, serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """A mail server; each test clears what came before."""
    with serving(tmp_path_factory.mktemp("mail")) as running:
        yield running
