"""The doors to the audit trail; there is none to change it."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.core.operations import Download, operation
from workbench.core.schemas import Page

from . import service
from .schemas import (
    ActivityView,
    AuditView,
    ChainView,
    ExportAudit,
    HeadView,
    ListActivity,
    ListAudit,
    ShowHead,
    VerifyAudit,
)


@operation("audit.list", "GET /audit", "audit:read", effect="read")
def list_records(ctx: Context, request: ListAudit) -> Page[AuditView]:
    """List what was done, tried and refused in the workspace; to a system admin also what belongs to none."""
    return service.listed(ctx, request)


@operation(
    "audit.export", "GET /audit/export", "audit:read", effect="raw", gives="file", media_types=service.MEDIA_TYPES,
    audited=True,
)  # fmt: skip
def export(ctx: Context, request: ExportAudit) -> Download:
    """Write the workspace's records to a file, as CSV or JSON lines, up to the newest when one asked."""
    return service.export(ctx, request)


@operation("activity.list", "GET /me/activity", "activity:own", effect="read", scope="installation")
def list_activity(ctx: Context, request: ListActivity) -> Page[ActivityView]:
    """List what one did oneself, in all workspaces where one has a part."""
    return service.activity(ctx, request)


@operation("audit.head", "GET /admin/audit/head", "admin:audit", effect="read", scope="installation")
def show_head(ctx: Context, request: ShowHead) -> HeadView:
    """Show the chain's head, to be kept elsewhere and compared with later."""
    head = service.head(ctx.db)
    return HeadView(sequence=head.sequence, hash=head.hash, head=str(head))


@operation("audit.verify", "GET /admin/audit/verify", "admin:audit", effect="read", scope="installation")
def verify(ctx: Context, request: VerifyAudit) -> ChainView:
    """Check that no audit record was changed, removed or moved; a conflict names the first that was."""
    heads = service.read_heads(ctx.workbench.settings.home)
    heads += [service.Head.of(request.head)] if request.head else []
    head = service.verify(ctx.db, heads)
    return ChainView(intact=True, records=head.sequence, head=str(head), compared_with=len(heads))
