"""Who was given a right on which object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from workbench.core.context import Context, Principal
from workbench.core.db import Base, unique
from workbench.core.errors import AlreadyExists, Invalid, NotFound, NotPermitted
from workbench.core.permissions import Role, ShareRight, most_shareable
from workbench.core.visibility import find, noun, visible
from workbench.domains.access.models import GroupMember, Share

from .groups import groups_named
from .members import member_of


class Shares:
    """Knows what was shared to whom (core's `ShareLookup`)."""

    def shared_ids(self, principal: Principal, workspace_id: UUID, object_type: str, right: ShareRight) -> Select[UUID]:
        """The ids of the objects of a type that the principal, or a role or group of hers, was given `right` to."""
        roles = [str(role) for role in principal.roles.get(workspace_id, ())]
        audience: ColumnElement[bool] = Share.role.in_(roles)
        if principal.user_id is not None:
            hers = select(GroupMember.group_id).where(GroupMember.user_id == principal.user_id)
            audience = or_(Share.user_id == principal.user_id, Share.group_id.in_(hers), audience)
        enough = [str(granted) for granted in ShareRight if granted >= right]
        return select(Share.object_id).where(
            Share.workspace_id == workspace_id, Share.object_type == object_type, Share.right.in_(enough), audience
        )


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom an object is shared with: exactly one of a member, everybody of a role, and a group."""

    user: str | None = None
    role: Role | None = None
    group: str | None = None


def grant(ctx: Context, object_type: str, key: str, right: ShareRight, to: Audience) -> Share:
    """Share an object with a member, with all of a role or with a group.

    Raises:
        NotFound: the caller knows no such object that she may share, or the workspace has no such member or group.
        NotPermitted: the caller holds less than `right`, or her role may hand on less.
        AlreadyExists: that audience has a share of the object.
    """
    target = _shareable(ctx, object_type, key)
    _check_holds(ctx, target, right)
    share = Share(
        workspace_id=ctx.workspace_id, object_type=object_type, object_id=target.id, right=str(right),
        user_id=member_of(ctx.db, ctx.workspace_id, to.user) if to.user else None,
        role=str(to.role) if to.role else None,
        group_id=groups_named(ctx.db, ctx.workspace_id, [to.group])[0].id if to.group else None,
        granted_by=ctx.principal.name,
    )  # fmt: skip
    taken = AlreadyExists("It is shared with them already.", fix="Revoke that share first.", code="share_exists")
    with unique(ctx.db, taken):
        ctx.db.add(share)
    return share


def shares_of(ctx: Context, object_type: str, key: str) -> Select[Share]:
    """The shares of an object that the caller may share."""
    target = _shareable(ctx, object_type, key)
    return select(Share).where(
        Share.workspace_id == ctx.workspace_id, Share.object_type == object_type, Share.object_id == target.id
    )


def revoke_share(ctx: Context, share_id: UUID) -> None:
    """Take a share back.

    Raises:
        NotFound: there is none, or it is of an object that the caller may not share.
        NotPermitted: the share grants more than the caller holds.
    """
    is_it = and_(Share.workspace_id == ctx.workspace_id, Share.id == share_id)
    share = ctx.db.scalars(select(Share).where(is_it)).one_or_none()
    if share is None:
        raise NotFound(
            f"There is no share {str(share_id)!r} here.",
            fix="`workbench shares list` shows those of an object.",
            code="share_not_found",
        )
    _check_holds(ctx, _shareable(ctx, share.object_type, str(share.object_id)), ShareRight(share.right))
    ctx.db.delete(share)


def _shareable(ctx: Context, object_type: str, key: str) -> Any:
    ctx.workbench.registry.discover()  # the object may be of any domain
    models = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    model = models.get(object_type)
    if model is None or not getattr(model, "shareable", False):  # a model says so itself
        raise Invalid(
            f"Nothing of the kind {object_type[:80]!r} can be shared.",
            fix="Try pipeline, table, run or dashboard.",
            code="not_shareable",
        )
    return find(ctx, ctx.db, model, key)


def _check_holds(ctx: Context, target: Any, right: ShareRight) -> None:
    most = most_shareable(ctx.principal.roles.get(ctx.workspace_id, ()))
    held = ctx.db.scalars(visible(ctx, type(target), right).where(type(target).id == target.id)).one_or_none()
    if held is None or most is None or right > most:
        raise NotPermitted(
            f"You cannot share the right to {right} this {noun(type(target))}: it is more than you may hand on.",
            fix="Share less, or ask its owner.",
            code="share_too_wide",
        )
