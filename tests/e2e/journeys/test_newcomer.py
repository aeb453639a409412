"""Somebody who was invited makes a pipeline without code and runs it."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.timeout(300)


def test_an_invited_newcomer_makes_a_pipeline_from_a_template_and_runs_it(served, member, orders):
    """From the invitation's link by a form to a run that is followed, and to the rows that it wrote."""
    made = served.workbench("invitations", "create", "--email", "nia@example.org", "--roles", "designer")
    nia = member().accepts(served.base + made["link"], "Nia")
    nia.page.wait_for_url("**/workbench/apps/default/**")
    nia.presses("Templates", "link")
    nia.sees("Ingest files")
    nia.presses("Use Ingest files", "link")
    nia.ingests(orders, "ingest_orders", "orders")
    nia.runs()
    nia.presses("orders", "link")
    nia.sees("3 of 3 rows")

    assert nia.complaints == []
