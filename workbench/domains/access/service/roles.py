"""Which roles people have: their own, and those of the groups that they are in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import Subquery, and_, select, union_all
from sqlalchemy.orm import Session

from workbench.core.permissions import Role
from workbench.domains.access.models import GroupMember, GroupRole, Member


@cache  # every request asks it, and to make it costs a tenth of one
def held_roles() -> Subquery:
    """Every role that anybody has: `user_id`, `workspace_id` and `role`; one that is held in two ways comes twice."""
    same = and_(GroupRole.workspace_id == GroupMember.workspace_id, GroupRole.group_id == GroupMember.group_id)
    own = select(Member.user_id, Member.workspace_id, Member.role)
    by_groups = select(GroupMember.user_id, GroupRole.workspace_id, GroupRole.role).join(GroupRole, same)
    return union_all(own, by_groups).subquery("held")


def roles_of(db: Session, user_id: UUID, workspace_id: UUID | None = None) -> Mapping[UUID, frozenset[Role]]:
    """The roles that a user has at this moment, by workspace; of one workspace alone where it is given."""
    held = held_roles()
    found = select(held.c.workspace_id, held.c.role).where(held.c.user_id == user_id)
    if workspace_id is not None:
        found = found.where(held.c.workspace_id == workspace_id)
    return gathered(db.execute(found))


def gathered(held: Iterable[tuple[UUID, str]]) -> Mapping[UUID, frozenset[Role]]:
    """Pairs of an id, of a workspace or a person, and a role: all roles that come with each id."""
    found: dict[UUID, set[Role]] = {}
    for id_, role in held:
        found.setdefault(id_, set()).add(Role(role))
    return MappingProxyType({id_: frozenset(roles) for id_, roles in found.items()})
