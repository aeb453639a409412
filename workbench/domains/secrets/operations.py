"""The doors to secrets lead in; those to keys show their ids only."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.operations import External, operation

from . import schemas as s
from . import service


@operation("secrets.set", "PUT /secrets/{object}/{field}", "secrets:set", effect="write")
def set_secret(ctx: Context, request: s.SetSecret) -> s.SecretView:
    """Set a secret of an object, such as a connector's password; nothing reads it back."""
    return _put(ctx, request, None)


@operation("secrets.rotate", "POST /secrets/{object}/{field}/rotate", "secrets:set", effect="write")
def rotate_secret(ctx: Context, request: s.RotateSecret) -> s.SecretView:
    """Set a new secret; the one before is tried too for a while, so that both sides can change in their own time."""
    hours = request.grace_hours or ctx.workbench.settings.secret_grace_hours
    return _put(ctx, request, now() + timedelta(hours=hours))


@operation("secrets.refer", "PUT /secrets/{object}/{field}/reference", "secrets:set", effect="write")
def refer_to_secret(ctx: Context, request: s.ReferToSecret) -> s.SecretView:
    """Have another store keep a secret: a vault, Kubernetes or mounted files; it is read there at every use."""
    service.checked(ctx.workbench.settings, ctx.workspace.name, request.ref)
    owner = _owner(ctx, request)
    place = {"workspace_id": ctx.workspace_id, "object_id": owner}
    ctx.workbench.vault.refer(ctx.db, **place, field=request.field, reference=request.ref)
    return s.SecretView(object_id=owner, field=request.field, ref=request.ref)


@operation("secrets.retire", "POST /secrets/{object}/{field}/retire", "secrets:set", effect="write")
def retire_secret(ctx: Context, request: s.NameSecret) -> s.RetiredSecret:
    """Forget the value before the present one at once."""
    owner = _owner(ctx, request)
    place = {"workspace_id": ctx.workspace_id, "object_id": owner}
    retired = ctx.workbench.vault.retire(ctx.db, **place, field=request.field)
    return s.RetiredSecret(object_id=owner, field=request.field, retired=retired)


@operation("keys.list", "GET /admin/keys", "admin:keys", effect="read", scope="installation")
def list_keys(ctx: Context, request: s.ListKeys) -> s.KeyList:
    """List the keys that encrypt secrets, by their ids, and how many secrets each wraps."""
    keyring = service.keyring_of(ctx.workbench)
    states = service.states(ctx.db, keyring)
    return s.KeyList(source=keyring.source, items=[s.KeyView.of(state) for state in states])


@operation("keys.rotate", "POST /admin/keys/rotate", "admin:keys", effect="external", scope="installation")
def rotate_key(ctx: Context, request: s.RotateKey) -> External[s.KeyRotation]:
    """Make a new key, have it wrap all secrets while everybody works on, and remove the keys that none needs."""
    return External(lambda: s.KeyRotation.of(service.rotate(ctx.workbench, resume=request.resume)))


def _owner(ctx: Context, request: s.NameSecret) -> UUID:
    ctx.workbench.registry.discover()  # every domain with secrets is to answer whose field it is
    return service.owner_of(ctx.db, ctx.workspace_id, request.object, request.field)


def _put(ctx: Context, request: s.SetSecret, keep_until: datetime | None) -> s.SecretView:
    owner, value = _owner(ctx, request), request.secret.get_secret_value()
    place = {"workspace_id": ctx.workspace_id, "object_id": owner}
    ctx.workbench.vault.put(ctx.db, **place, field=request.field, value=value, keep_until=keep_until)
    return s.SecretView(object_id=owner, field=request.field, previous_until=keep_until)
