"""A pipeline's life on its page: made, run, edited, run again, compared, archived and brought back."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.timeout(300)


def runs(someone) -> None:
    """Run the pipeline whose page is open, and wait for the end on the run's page."""
    someone.presses("Run")
    someone.page.wait_for_url("**/runs/*")
    someone.sees("succeeded")


def test_a_pipeline_is_made_edited_run_compared_and_archived(admin, orders):
    """Each step is on a page; what changed between two runs is told."""
    page = admin.visits("templates/ingest_files", "Name of the pipeline").page
    page.get_by_label("Name of the pipeline").fill("monthly")
    page.get_by_label("Connector").select_option(orders)
    page.locator("select[name=files]").select_option("orders")  # once the folder was looked into
    page.get_by_label("Target").fill("monthly_orders")
    admin.presses("Make the pipeline")
    page.wait_for_url("**/pipelines/monthly")
    runs(admin)

    admin.visits("pipelines/monthly", "Overview").presses("Edit", "link")
    page.get_by_role("checkbox", name="country").first.check()
    admin.presses("Make a new version")
    page.wait_for_url("**/pipelines/monthly")
    page.get_by_label(re.compile("^limit", re.IGNORECASE)).fill("2")
    runs(admin)
    admin.presses("Compare", "link")
    admin.sees("limit")

    page.on("dialog", lambda asked: asked.accept())
    admin.visits("pipelines/monthly?tab=versions", "current").presses("Archive")
    admin.sees("It is archived; nothing of it is lost.")
    admin.visits("pipelines", "Pipelines")
    assert page.get_by_role("link", name="monthly", exact=True).count() == 0
    admin.visits("pipelines/monthly", "Overview").presses("Bring back")
    admin.sees("It is in use again.")
    assert admin.complaints == []
