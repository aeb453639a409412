"""The doors to the report of who could do what, and who did."""

from __future__ import annotations

from workbench.core import sheet
from workbench.core.context import Context
from workbench.core.operations import Download, operation
from workbench.domains.access import service
from workbench.domains.access.schemas import AccessReport, ReportAccess


@operation("compliance.report", "GET /compliance", "compliance:report", effect="read", audited=True)
def report(ctx: Context, request: ReportAccess) -> AccessReport:
    """Report who may do what in the workspace, and who did what in a month."""
    return service.access_report(ctx, request.month)


@operation(
    "compliance.export", "GET /compliance/export", "compliance:report", effect="raw", gives="file",
    media_types=(sheet.MEDIA_TYPE,), audited=True,
)  # fmt: skip
def export(ctx: Context, request: ReportAccess) -> Download:
    """Write the report of a month as CSV, one line for each person."""
    return service.access_sheet(ctx, request.month)
