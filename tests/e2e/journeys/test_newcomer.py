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
    page = nia.page
    page.get_by_label("Name of the pipeline").fill("ingest_orders")
    page.get_by_label("Connector").select_option(orders)
    page.locator("select[name=files]").select_option("orders")  # once the folder was looked into
    page.get_by_label("Target").fill("orders")
    nia.presses("Make the pipeline")
    page.wait_for_url("**/pipelines/ingest_orders")
    nia.presses("Run")
    page.wait_for_url("**/runs/*")
    nia.sees("succeeded")
    nia.presses("orders", "link")
    nia.sees("3 of 3 rows")

    assert nia.complaints == []
