"""A pipeline's life on its page: made, run, edited, run again, compared, archived and brought back."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.timeout(300)


def test_a_pipeline_is_made_edited_run_compared_and_archived(admin, orders):
    """Each step is on a page; what changed between two runs is told."""
    page = admin.visits("templates/ingest_files", "Name of the pipeline").page
    admin.ingests(orders, "monthly", "monthly_orders")
    admin.runs()

    admin.visits("pipelines/monthly", "Overview").presses("Edit", "link")
    page.get_by_role("checkbox", name="country").first.check()
    admin.presses("Make a new version")
    page.wait_for_url("**/pipelines/monthly")
    page.get_by_label(re.compile("^limit", re.IGNORECASE)).fill("2")
    admin.runs()
    admin.presses("Compare", "link")
    admin.sees("limit")

    listed = page.get_by_role("link", name=re.compile("monthly"))
    admin.visits("pipelines?q=monthly", "monthly")
    listed.first.wait_for()
    page.on("dialog", lambda asked: asked.accept())
    admin.visits("pipelines/monthly?tab=versions", "current").presses("Archive")
    admin.sees("It is archived; nothing of it is lost.")
    admin.visits("pipelines?q=monthly", "No pipeline is like that")
    assert listed.count() == 0
    admin.visits("pipelines/monthly", "Overview").presses("Bring back")
    admin.sees("It is in use again.")
    assert admin.complaints == []
