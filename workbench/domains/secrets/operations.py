"""The one door to secrets; it leads in."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.core.operations import operation

from . import service
from .schemas import SecretView, SetSecret


@operation("secrets.set", "PUT /secrets/{object}/{field}", "secrets:set", effect="write")
def set_secret(ctx: Context, request: SetSecret) -> SecretView:
    """Set a secret of an object, such as a connector's password; nothing reads it back."""
    ctx.workbench.registry.discover()  # every domain with secrets is to answer whose field it is
    owner = service.owner_of(ctx.db, ctx.workspace_id, request.object, request.field)
    value = request.secret.get_secret_value()
    ctx.workbench.vault.put(ctx.db, workspace_id=ctx.workspace_id, object_id=owner, field=request.field, value=value)
    return SecretView(object_id=owner, field=request.field)
