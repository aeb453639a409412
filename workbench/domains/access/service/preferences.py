"""What a person's faces remember for her."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, cast, delete, func, select
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.db import unique
from workbench.core.errors import Conflict, TooLarge
from workbench.domains.access.models import Preference

VALUE_BYTES = 64 * 1024
MOST, MOST_CHARACTERS = 2000, 1024 * 1024  # one request answers them all


def preferences_of(ctx: Context, prefix: str = "") -> dict[str, Any]:
    """What the caller prefers in the workspace, by name; nothing where it is no person, such as a run."""
    if ctx.principal.user_id is None:
        return {}
    query = _mine(ctx.workspace_id, ctx.principal.user_id).where(Preference.name.startswith(prefix, autoescape=True))
    return {row.name: row.value for row in ctx.db.scalars(query.order_by(Preference.name))}


def prefer(ctx: Context, name: str, value: Any) -> None:
    """Keep a value in the place of the one before; None forgets it.

    Raises:
        TooLarge: the value has more than 64 KiB, or all of the caller's together more than a million characters.
        Conflict: the caller has too many preferences, or is no person.
    """
    user = ctx.principal.user_id
    if user is None:
        raise Conflict(f"{ctx.principal.name} is no person.", fix="Sign in as somebody.", code="no_person")
    text = json.dumps(value)
    if len(text.encode()) > VALUE_BYTES:
        raise TooLarge(f"The preference {name!r} has more than {VALUE_BYTES} bytes.", fix="Keep less in it.")
    if value is None:
        ours = (Preference.workspace_id == ctx.workspace_id, Preference.user_id == user, Preference.name == name)
        ctx.db.execute(delete(Preference).where(*ours))
        return
    _check_room(ctx.db, ctx.workspace_id, user, name, len(text))
    row = ctx.db.scalars(_mine(ctx.workspace_id, user).where(Preference.name == name)).one_or_none()
    if row is None:
        _make_room(ctx.db, ctx.workspace_id, user)
        with unique(ctx.db, Conflict(f"{name!r} was set a moment ago.", fix="Try again.")):
            ctx.db.add(Preference(workspace_id=ctx.workspace_id, user_id=user, name=name, value=value))
        return
    row.value, row.updated_at = value, now()


def _mine(workspace_id: UUID, user_id: UUID) -> Select[Preference]:
    return select(Preference).where(Preference.workspace_id == workspace_id, Preference.user_id == user_id)


def _check_room(db: Session, workspace_id: UUID, user_id: UUID, name: str, length: int) -> None:
    others = _mine(workspace_id, user_id).where(Preference.name != name)
    kept = others.with_only_columns(func.coalesce(func.sum(func.length(cast(Preference.value, Text))), 0))
    if db.execute(kept).scalar_one() + length > MOST_CHARACTERS:
        raise TooLarge("Your preferences here are too long together.", fix="Set some of them to null.")


def _make_room(db: Session, workspace_id: UUID, user_id: UUID) -> None:
    count = select(func.count()).select_from(_mine(workspace_id, user_id).subquery())
    if db.execute(count).scalar_one() >= MOST:
        raise Conflict(f"You have {MOST} preferences here already.", fix="Set some of them to null.")
