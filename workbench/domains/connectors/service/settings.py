"""Connectors as they are set up: settings in the database, secrets in the vault."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.db import unique
from workbench.core.errors import AlreadyExists, Conflict, Invalid, Unavailable
from workbench.core.events import emit, hook
from workbench.core.ids import as_id
from workbench.core.schemas import SECRET_SET, wrong_fields
from workbench.core.secrets import Held
from workbench.domains.connectors import drivers
from workbench.domains.connectors.drivers.base import HIDDEN, DriverConfig
from workbench.domains.connectors.models import Connector
from workbench.domains.connectors.schemas import CreateConnector, UpdateConnector
from workbench.domains.secrets.service import checked

REF = "ref"


def create(ctx: Context, request: CreateConnector) -> Connector:
    """Add a connector; its secrets go to the vault.

    Raises:
        Invalid: the type or the settings are not understood.
        AlreadyExists: the workspace has a connector of that name.
    """
    plain, secrets = _split(ctx, request.type, request.config)
    connector = Connector(
        workspace_id=ctx.workspace_id,
        name=request.name,
        type=request.type,
        description=request.description,
        config=_plain(_checked(ctx, request.type, plain | _stand_ins(secrets))),
        owner_id=ctx.principal.user_id,
    )
    with unique(ctx.db, _taken(request.name)):
        ctx.db.add(connector)
    _keep(ctx, connector, secrets)
    _tell(ctx, connector, "created")
    return connector


def update(ctx: Context, connector: Connector, request: UpdateConnector) -> Connector:
    """Change a connector; a secret that is not mentioned stays, and one that is null is removed.

    Raises:
        Invalid: the settings are not understood, or would send a secret elsewhere without it being given again.
        AlreadyExists: another connector has the new name.
        Conflict: it is archived.
    """
    refuse_archived(connector)
    if request.config is not None:
        plain, given = _split(ctx, connector.type, request.config)
        kept = _secrets_set(ctx, connector).keys() - given.keys()
        config = _checked(ctx, connector.type, plain | dict.fromkeys(kept, HIDDEN) | _stand_ins(given))
        if kept:
            _refuse_other_address(ctx, connector, config, kept)
        connector.config = _plain(config)
        _keep(ctx, connector, given)
    if request.description is not None:
        connector.description = request.description
    with unique(ctx.db, _taken(request.name or connector.name)):
        connector.name = request.name or connector.name
    _tell(ctx, connector, "updated")
    return connector


def archive(ctx: Context, connector: Connector) -> None:
    """Put a connector away: its secrets are forgotten and its name is free."""
    if connector.archived_at is not None:
        return
    ctx.workbench.vault.delete(ctx.db, workspace_id=ctx.workspace_id, object_id=connector.id)
    _tell(ctx, connector, "archived")
    connector.archived_name, connector.archived_at = connector.name, now()
    connector.name = f"~{connector.id}"


def shown(ctx: Context, connector: Connector) -> dict[str, Any]:
    """The settings as callers see them: of each secret that is set only that it is, or where another store keeps it."""
    found = _secrets_set(ctx, connector)
    return connector.config | {name: {REF: found[name]} if found[name] else SECRET_SET for name in sorted(found)}


def refuse_archived(connector: Connector) -> None:
    """Let nobody use or change what was put away.

    Raises:
        Conflict: the connector is archived.
    """
    if connector.archived_at is not None:
        raise Conflict(
            f"The connector {connector.archived_name!r} is archived.", fix="Create it anew.", code="connector_archived"
        )


def secrets_of(ctx: Context, db: Session, connector: Connector) -> dict[str, Held]:
    """The secrets that are set, by field.

    Raises:
        Unavailable: the key that opens one is missing or another.
    """
    held = ctx.workbench.vault.held(db, workspace_id=connector.workspace_id, object_id=connector.id)
    return {name: held[name] for name in _secret_fields(connector.type) if name in held}


@hook("secrets.owner")
def own_secret(db: Session, *, workspace_id: UUID, key: str, field: str, found: list[UUID]) -> None:
    """Answer whether `key` is a connector with a secret `field`, for those who set secrets by themselves."""
    uid = as_id(key)
    by_key = Connector.id == uid if uid is not None else Connector.name == key
    rows = db.scalars(select(Connector).where(Connector.workspace_id == workspace_id, by_key))
    found.extend(row.id for row in rows if row.archived_at is None and field in _secret_fields(row.type))


def _secrets_set(ctx: Context, connector: Connector) -> dict[str, str | None]:
    """The fields whose secrets are set, with their references, without opening any: showing needs no key."""
    found = ctx.workbench.vault.fields(ctx.db, workspace_id=connector.workspace_id, object_id=connector.id)
    return {name: found[name] for name in _secret_fields(connector.type) if name in found}


def _secret_fields(type_name: str) -> tuple[str, ...]:
    """The secrets of a type; of one that is no longer installed, none are known."""
    try:
        return drivers.driver_class(type_name).config_model.secret_fields()
    except (Invalid, Unavailable):
        return ()


def _split(ctx: Context, type_name: str, config: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings without secrets, and the secrets; what a view shows in place of one is not a value.

    Raises:
        NotPermitted: there are references among them, and the caller may not set secrets.
        Invalid: a reference leads where this workspace's secrets do not lie.
    """
    fields = drivers.driver_class(type_name).config_model.secret_fields()
    secrets = {name: value for name, value in config.items() if name in fields and value != SECRET_SET}
    for reference in filter(None, map(_reference, secrets.values())):
        ctx.demand("secrets:set")
        checked(ctx.workbench.settings, ctx.workspace.name, reference)
    return {name: value for name, value in config.items() if name not in fields}, secrets


def _reference(value: Any) -> str | None:
    """The reference that a secret's setting is: `{"ref": "vault:kv/data/crm#password"}`."""
    return value[REF] if isinstance(value, dict) and value.keys() == {REF} and isinstance(value[REF], str) else None


def _stand_ins(secrets: Mapping[str, Any]) -> dict[str, Any]:
    """The secrets as they may be checked: what another store keeps is not known here."""
    return {name: HIDDEN if _reference(value) else value for name, value in secrets.items()}


def _checked(ctx: Context, type_name: str, config: Mapping[str, Any]) -> DriverConfig:
    model = drivers.driver_class(type_name).config_model
    try:
        given = {name: value for name, value in config.items() if value is not None}
        return model.model_validate(given, context={"folder": folder_of(ctx)})
    except ValidationError as error:
        errors = wrong_fields(error, "/config")
    stated = "; ".join(f"{item['pointer'][8:] or 'config'}: {item['message']}" for item in errors[:5])
    known = ", ".join(
        f"{info.alias or name}{' (required)' if info.is_required() else ''}"
        for name, info in model.model_fields.items()
    )
    raise Invalid(
        f"The settings do not fit a connector of type {type_name}: {stated}.",
        fix=f"Its settings are {known}; `workbench connectors types` explains them.",
        errors=errors,
        code="bad_connector_config",
    )


def folder_of(ctx: Context) -> Path:
    """Where relative paths of a workspace's connectors begin: in its own folder in team mode, else where one is."""
    settings = ctx.workbench.settings
    return settings.home.resolve() / "files" / ctx.workspace.name if settings.team else Path.cwd()


def _plain(config: DriverConfig) -> dict[str, Any]:
    """What was set, as it was understood, without the secrets."""
    secrets = set(config.secret_fields())
    return config.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude=secrets)


def _refuse_other_address(ctx: Context, connector: Connector, config: DriverConfig, kept: Collection[str]) -> None:
    """Secrets are write-only: who may change an address must not have an old secret sent there."""
    before = _checked(ctx, connector.type, connector.config | dict.fromkeys(kept, HIDDEN))
    moved = [name for name in config.address if getattr(before, name) != getattr(config, name)]
    if moved:
        raise Invalid(
            f"{', '.join(moved)} changed, so {', '.join(sorted(kept))} would be sent to another place.",
            fix=f"Give {', '.join(sorted(kept))} again together with the change.",
            code="secret_needed_again",
            errors=[{"pointer": f"/config/{name}", "message": "needed again"} for name in sorted(kept)],
        )


def _keep(ctx: Context, connector: Connector, secrets: Mapping[str, Any]) -> None:
    """Set these secrets of a connector; one that is None is removed, and the others are not touched."""
    vault, workspace, owner = ctx.workbench.vault, ctx.workspace_id, connector.id
    for field, value in secrets.items():
        if value is None:
            vault.remove(ctx.db, workspace_id=workspace, object_id=owner, field=field)
        elif reference := _reference(value):
            vault.refer(ctx.db, workspace_id=workspace, object_id=owner, field=field, reference=reference)
        else:
            vault.put(ctx.db, workspace_id=workspace, object_id=owner, field=field, value=str(value))


def _tell(ctx: Context, connector: Connector, what: str) -> None:
    emit(
        ctx.db,
        f"connector.{what}",
        workspace_id=ctx.workspace_id,
        object_id=connector.id,
        owner_id=connector.owner_id,
        permission="connectors:list",
        data={"name": connector.name, "type": connector.type},
    )


def _taken(name: str) -> AlreadyExists:
    return AlreadyExists(
        f"The workspace already has a connector {name!r}.", fix="Choose another name, or update the one there is."
    )
