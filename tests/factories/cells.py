"""Every operation as everybody asks for it, and what a table with one cell changed would answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

from tests.factories import oracle
from tests.factories.world import RELATIONS, World
from workbench.core import context, gate, permissions, visibility
from workbench.core.context import Context, Principal
from workbench.core.errors import NotAuthenticated, NotFound, NotPermitted
from workbench.core.operations import Operation, registry
from workbench.core.permissions import PERMISSIONS, Level, Role

OPERATIONS = sorted(registry.discover(), key=lambda op: op.name)
SINGLE = [frozenset(), *(frozenset({role}) for role in Role)]
PAIRS = [frozenset(pair) for pair in combinations(Role, 2)]


class Anything(BaseModel):
    """A request of whatever fields."""

    model_config = ConfigDict(extra="allow")


def nothing(ctx: Context, request: BaseModel) -> None:
    """Do nothing."""


def probe(op: Operation) -> Operation:
    """An operation that is decided as `op` is, and does nothing."""
    return replace(op, run=nothing, request=Anything, effect="read", audited=False, takes="json")


PROBES = {op.name: probe(op) for op in OPERATIONS}


def answer(op: Operation, ctx: Context, key: object) -> str:
    """What the gate says to a call."""
    try:
        gate.call(PROBES[op.name], ctx, {op.target[1]: str(key)} if op.target else {})
    except NotAuthenticated:
        return oracle.UNSIGNED
    except NotPermitted:
        return oracle.DENIED
    except NotFound:
        return oracle.UNKNOWN
    return oracle.DONE


def relations(op: Operation) -> tuple[str | None, ...]:
    """The relations in which the target of an operation may stand to a caller."""
    return RELATIONS if op.target else (None,)


def cells(workbench, workspace, world: World, only: str | None = None) -> Iterator[tuple[str, str, str]]:
    """Of every cell its name, what must be answered, and what is."""
    for person in world.people:
        roles = {world.workspace: person.roles} if person.roles else {}
        who = Principal("user", "test:someone", user_id=person.user_id, roles=roles)
        for op in OPERATIONS:
            if only is not None and op.permission.name != only:
                continue
            with workbench.read() as db:  # one for each, since a call confines its session to its scope
                for narrow in (None, frozenset({op.permission.name}), frozenset({"nothing:else"})):
                    if narrow and len(person.roles) != 1:
                        continue
                    ctx = Context(workbench, replace(who, scopes=narrow), workspace, db=db)
                    for relation in relations(op):
                        key = op.target and person.objects[op.target[0].__tablename__, relation]
                        name = f"{op.name} / {'+'.join(sorted(person.roles))} / {relation} / {narrow}"
                        yield name, oracle.expected(op, person.roles, relation, narrow), answer(op, ctx, key)


def flipped(name: str, role: Role) -> MappingProxyType:
    """The table with one cell changed: what was nothing is everything, and what was something is nothing."""
    row = PERMISSIONS[name]
    level = Level.W if row.levels[role] is Level.NONE else Level.NONE
    changed = replace(row, levels=MappingProxyType({**row.levels, role: level}))
    return MappingProxyType({**PERMISSIONS, name: changed})


USED = sorted({op.permission.name for op in OPERATIONS} & oracle.AGREED.keys())
FLIPS = [(name, role) for name in USED for role in Role]


def notices(workbench, workspace, world, monkeypatch, name: str, role: Role) -> bool:
    """Whether a flipped cell changes an answer that the oracle knows."""
    table = flipped(name, role)
    for module in (permissions, context, visibility):
        monkeypatch.setattr(module, "PERMISSIONS", table)
    for op in OPERATIONS:
        if op.permission.name == name:
            monkeypatch.setitem(PROBES, op.name, replace(PROBES[op.name], permission=table[name]))
    return any(expected != found for _, expected, found in cells(workbench, workspace, world, only=name))
