"""The browser's client against the real API; the tests themselves are in TypeScript, beside this file."""

from __future__ import annotations

import pytest

from tests.integration.jupyter_ext.serving import serving


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A Jupyter server over an empty home that takes runs."""
    from workbench.core.settings import load

    folder = tmp_path_factory.mktemp("browser")
    settings = load({"home": folder / "home", "root": folder}, environ={})
    with serving(folder, settings, WorkbenchApp={"executor": True}) as running:
        running.workbench  # noqa: B018 - waits until it is open
        yield running


def test_the_client_speaks_with_the_server(vitest, server, subtests):
    """Every TypeScript test passes against a server that runs."""
    cases = vitest("frontend_integration", {"WORKBENCH_TEST_URL": server.base, "WORKBENCH_TEST_TOKEN": server.token})

    assert cases
    for case in cases:
        with subtests.test(case.name):
            assert case.passed, case.said
