"""Which rows a caller may see: the one place that decides it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import Session

from .context import Context, Principal
from .errors import Invalid, NotFound, NotPermitted
from .guessing import hint
from .ids import as_id
from .permissions import PERMISSIONS, Level, Permission, ShareRight

Model = TypeVar("Model", bound=Any)
GUESSED_FROM = 1000


class ShareLookup(Protocol):
    """Knows what was shared to whom."""

    def shared_ids(self, principal: Principal, workspace_id: UUID, object_type: str, right: ShareRight) -> Select[UUID]:
        """The ids of the objects of a type that the principal holds `right` to."""


def visible(
    ctx: Context, model: type[Model], right: ShareRight | None = None, permission: Permission | None = None
) -> Select[Model]:
    """The rows of the caller's workspace that the permission lets it see.

    At level W all, at O what it owns or was shared to it with `right`, at S what was shared to it and of runs what it
    submitted, else none.
    `permission` is the calling operation's and `right` the permission's where they are not given.
    """
    rule = permission or ctx.permission
    if rule is None:
        raise RuntimeError("visible() is for callers that came through the gate")
    within: Select[Model] = select(model).where(model.workspace_id == ctx.workspace.id)
    reach = ctx.level(rule)
    if reach is Level.W:
        return within
    if reach is Level.NONE:
        return within.where(false())
    shared = model.id.in_(
        ctx.workbench.shares.shared_ids(
            ctx.principal, ctx.workspace.id, model.__tablename__, right or rule.share_right or ShareRight.VIEW
        )
    )
    if rule.reaches_own(reach) and ctx.principal.user_id is not None:
        return within.where(or_(model.owner_id == ctx.principal.user_id, shared))
    return within.where(shared)


def may(ctx: Context, thing: Any, permission: str) -> bool:
    """Whether the caller's permission reaches a row."""
    kind = type(thing)
    rows = visible(ctx, kind, permission=PERMISSIONS[permission]).where(kind.id == thing.id)
    with ctx.reading() as db:
        return db.scalars(rows.with_only_columns(kind.id)).first() is not None


def find(ctx: Context, db: Session, model: type[Model], key: str) -> Model:
    """The row that a caller names by id, by unique name, or where rows have no names by the first digits of the id.

    Raises:
        Invalid: several ids that the caller may see begin so.
        NotFound: there is none, or the caller may not know of it; the two look alike.
        NotPermitted: the caller sees it, but may not do this to it.
    """
    by_key = _keyed(model, str(key))
    if by_key is None:
        raise missing(model, key)
    rows: Sequence[Model] = db.scalars(visible(ctx, model).where(by_key).limit(2)).all()
    if len(rows) > 1:
        raise Invalid(f"Several {noun(model)}s have an id that begins with {key!r}.", fix="Write more of it.")
    if rows:
        return rows[0]
    rule = ctx.permission
    reading = PERMISSIONS.get(f"{model.__tablename__}s:read")
    if reading and rule and db.scalars(visible(ctx, model, ShareRight.VIEW, reading).where(by_key).limit(1)).first():
        raise NotPermitted(
            f"{rule.name} is not granted to you for this {noun(model)}.", fix="Ask its owner to share it."
        )
    raise missing(model, key, () if as_id(key) else _names(ctx, db, model))  # nobody mistypes an id into another


def _keyed(model: type[Any], key: str) -> ColumnElement[bool] | None:
    """The condition that a row has this key; None where no row can have it."""
    uid = as_id(key)
    if uid is not None:
        return model.id == uid  # type: ignore[no-any-return]
    if hasattr(model, "name"):
        return model.name == key  # type: ignore[no-any-return]
    digits = key.replace("-", "").lower()
    if not re.fullmatch(r"[0-9a-f]{8,31}", digits):
        return None
    return model.id.between(UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f")))  # type: ignore[no-any-return]


def _names(ctx: Context, db: Session, model: type[Any]) -> list[str]:
    """Names that the caller may see, for a hint at what was meant."""
    if not hasattr(model, "name"):
        return []
    rows = visible(ctx, model)
    if hasattr(model, "archived_at"):
        rows = rows.where(model.archived_at.is_(None))
    return list(db.scalars(rows.with_only_columns(model.name).limit(GUESSED_FROM)))


def noun(model: type[Any]) -> str:
    """What people call a row of this table."""
    return str(model.__tablename__).replace("_", " ")


def missing(model: type[Any], key: object, known: Sequence[str] = ()) -> NotFound:
    """The one answer to what is not there and what may not be known; `known` are names that the caller may see."""
    return NotFound(
        f"There is no {noun(model)} {str(key)[:80]!r} here.",
        fix=hint(str(key), known, otherwise="Check its name or id, and the workspace."),
        code=f"{model.__tablename__}_not_found",
    )
