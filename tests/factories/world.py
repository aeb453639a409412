"""Two workspaces with an object of every kind in every relation to a person: what authorisation is tried on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from workbench.core.clock import now
from workbench.core.ids import new_id
from workbench.core.permissions import Role, ShareRight
from workbench.domains.access.models import Group, GroupMember, Member, Share, User, Workspace
from workbench.domains.connectors.models import Connector
from workbench.domains.dashboards.models import Dashboard
from workbench.domains.mappings.models import Mapping
from workbench.domains.pipelines.models import Pipeline
from workbench.domains.queries.models import Query
from workbench.domains.runs.models import Run, Status
from workbench.domains.store.models import Table

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SHARED = [(right, to) for right in ShareRight for to in ("person", "role", "group")]
RELATIONS = ("own", "another's", *(f"{right} to {to}" for right, to in SHARED), "foreign", "nonexistent")

Make = Callable[[UUID, UUID, str], Any]  # workspace, owner, a name of its own


def _run(workspace: UUID, owner: UUID, name: str) -> Run:
    return Run(
        workspace_id=workspace, owner_id=owner, title=name, submitted_by=name, rights_of=name,
        rights={"reads": [], "writes": []}, parameters={}, options={}, status=Status.CANCELLED, correlation_id="0" * 32,
    )  # fmt: skip


KINDS: dict[str, Make] = {
    "connector": lambda workspace, owner, name: Connector(
        workspace_id=workspace, owner_id=owner, name=name, type="csv", config={}
    ),
    "group": lambda workspace, _, name: Group(workspace_id=workspace, name=name),
    "dashboard": lambda workspace, owner, name: Dashboard(
        workspace_id=workspace, owner_id=owner, name=name, current=1, published=1, updated_at=now()
    ),
    "mapping": lambda workspace, owner, name: Mapping(
        workspace_id=workspace, owner_id=owner, name=name, current=0, updated_at=now()
    ),
    "pipeline": lambda workspace, owner, name: Pipeline(
        workspace_id=workspace, owner_id=owner, name=name, updated_at=now()
    ),
    "query": lambda workspace, owner, name: Query(
        workspace_id=workspace, owner_id=owner, name=name, current=1, published=1, updated_at=now()
    ),
    "run": _run,
    "table": lambda workspace, owner, name: Table(workspace_id=workspace, owner_id=owner, name=name, folder=name),
}


@dataclass(frozen=True)
class Person:
    """Somebody in roles, and for every kind of object the id of one in each relation to her."""

    user_id: UUID
    roles: frozenset[Role]
    objects: dict[tuple[str, str], UUID]


@dataclass(frozen=True)
class World:
    """The workspace that counts, one that nobody may look into, and the people of the first."""

    workspace: UUID
    foreign: UUID
    people: tuple[Person, ...]


def build(db: Session, workspace: UUID, roles: Iterable[frozenset[Role]]) -> World:
    """A person for each set of roles; nothing is anybody's but what the relations say."""
    foreign = Workspace(name="beyond", title="Beyond")
    other = _user("another")
    db.add_all([foreign, other])
    db.flush()
    people = tuple(_person(db, workspace, foreign.id, other.id, held) for held in roles)
    return World(workspace, foreign.id, people)


def _user(name: str) -> User:
    return User(name=f"{name}@world.example", folded=f"{name}@world.example", display_name=name)


def _person(db: Session, workspace: UUID, foreign: UUID, other: UUID, roles: frozenset[Role]) -> Person:
    name = "_".join(sorted(roles)) or "stranger"
    user = _user(name)
    db.add(user)
    db.flush()
    db.add_all(Member(workspace_id=workspace, user_id=user.id, role=str(role)) for role in roles)
    objects: dict[tuple[str, str], UUID] = {}
    for kind, make in KINDS.items():
        for place, relation in enumerate(RELATIONS):
            if relation == "nonexistent":
                objects[kind, relation] = new_id()
                continue
            where = foreign if relation == "foreign" else workspace
            row = make(where, user.id if relation in ("own", "foreign") else other, f"{name}_{kind}_{place}"[:63])
            db.add(row)
            db.flush()
            objects[kind, relation] = row.id
    _share(db, workspace, user.id, roles, objects)
    return Person(user.id, roles, objects)


def _share(
    db: Session, workspace: UUID, user: UUID, roles: frozenset[Role], objects: dict[tuple[str, str], UUID]
) -> None:
    group = Group(workspace_id=workspace, name=f"of_{user.hex}")
    db.add(group)
    db.flush()
    db.add(GroupMember(workspace_id=workspace, group_id=group.id, user_id=user))
    audiences: dict[str, list[dict[str, Any]]] = {
        "person": [{"user_id": user}], "role": [{"role": str(role)} for role in roles],
        "group": [{"group_id": group.id}],
    }  # fmt: skip
    for kind in KINDS:
        for right, to in SHARED:
            db.add_all(
                Share(
                    workspace_id=workspace, object_type=kind, object_id=objects[kind, f"{right} to {to}"],
                    right=str(right), granted_by="test", **audience,
                )
                for audience in audiences[to]
            )  # fmt: skip
    db.flush()
