"""Runs as callers see them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from workbench.core.ids import new_id
from workbench.domains.runs.schemas import RunView

START = datetime(2026, 1, 1, tzinfo=UTC)


def run_view(**fields: Any) -> RunView:
    """A run that has succeeded after two seconds, save for `fields`."""
    given = {
        "id": new_id(), "title": "daily_delays", "pipeline_id": None, "pipeline_version": None, "workspace": "default",
        "status": "succeeded", "parameters": {}, "attempt": 1, "submitted_by": "ada", "rights_of": "ada",
        "submitted_at": START, "started_at": START, "finished_at": START + timedelta(seconds=2), "cells_total": 4,
        "cells_done": 4, "current_cell": None, "error": None, "tables_read": [], "tables_written": [], "metrics": {},
        "figures": [], "checks": [], "output_path": None, "correlation_id": "0" * 32,
    }  # fmt: skip
    return RunView(**(given | fields))
