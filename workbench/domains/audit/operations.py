"""The doors to the audit trail; there is none to change it."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.core.operations import operation
from workbench.core.schemas import Page

from . import service
from .schemas import AuditView, ChainView, HeadView, ListAudit, ShowHead, VerifyAudit


@operation("audit.list", "GET /audit", "audit:read", effect="read")
def list_records(ctx: Context, request: ListAudit) -> Page[AuditView]:
    """List what was done, tried and refused in the workspace; to a system admin also what belongs to none."""
    rows, following = service.find(ctx.db, ctx.workspace_id, request, installation=ctx.may("admin:audit"))
    return Page[AuditView](items=[AuditView.of(row) for row in rows], next=str(following) if following else None)


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
