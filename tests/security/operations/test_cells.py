"""Every operation for everybody, on an object in every relation to her: as the agreed table says, cell by cell."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from types import MappingProxyType

import pytest
from pydantic import BaseModel, ConfigDict

from tests.factories import oracle
from tests.factories.world import KINDS, RELATIONS, World, build
from workbench.core import gate, permissions
from workbench.core.context import ANONYMOUS, Context, Principal
from workbench.core.errors import NotAuthenticated, NotFound, NotPermitted
from workbench.core.operations import Operation, registry
from workbench.core.permissions import PERMISSIONS, Level, Role

OPERATIONS = sorted(registry.discover(), key=lambda op: op.name)
ROLE_SETS = [frozenset(), *(frozenset({role}) for role in Role), *map(frozenset, combinations(Role, 2))]
AT_LEAST = 10_000
SAMPLED_FLIPS = 12


class Anything(BaseModel):
    """A request of whatever fields."""

    model_config = ConfigDict(extra="allow")


def nothing(ctx: Context, request: BaseModel) -> None:
    """Do nothing."""


def probe(op: Operation) -> Operation:
    """An operation that is decided as `op` is, and does nothing."""
    return replace(op, run=nothing, request=Anything, effect="read", audited=False, takes="json")


PROBES = {op.name: probe(op) for op in OPERATIONS}


@pytest.fixture
def world(workbench, workspace, monkeypatch) -> World:
    """The world; refusals are not written down, since thousands of them would take minutes."""
    monkeypatch.setattr(gate, "_audit_failure", lambda *_: None)
    with workbench.unit_of_work() as db:
        return build(db, workspace.id, ROLE_SETS)


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
    with workbench.read() as db:
        for person in world.people:
            roles = {world.workspace: person.roles} if person.roles else {}
            who = Principal("user", "test:someone", user_id=person.user_id, roles=roles)
            for op in OPERATIONS:
                if only is not None and op.permission.name != only:
                    continue
                for narrow in (None, frozenset({op.permission.name}), frozenset({"nothing:else"})):
                    if narrow and len(person.roles) != 1:
                        continue
                    ctx = Context(workbench, replace(who, scopes=narrow), workspace, db=db)
                    for relation in relations(op):
                        key = op.target and person.objects[op.target[0].__tablename__, relation]
                        name = f"{op.name} / {'+'.join(sorted(person.roles))} / {relation} / {narrow}"
                        yield name, oracle.expected(op, person.roles, relation, narrow), answer(op, ctx, key)


def test_each_kind_of_target_is_in_the_world():
    """A new kind of object that operations aim at cannot be left out."""
    assert {op.target[0].__tablename__ for op in OPERATIONS if op.target} == set(KINDS)


def test_every_cell_is_decided_as_agreed(workbench, workspace, world):
    """Whoever one is, whatever a token is narrowed to, whosever the object: nothing else is open, nothing else shut."""
    decided = list(cells(workbench, workspace, world))

    assert [cell for cell in decided if cell[1] != cell[2]] == []
    assert len(decided) >= AT_LEAST
    assert {expected for _, expected, _ in decided} == {oracle.DONE, oracle.DENIED, oracle.UNKNOWN}


def test_nobody_is_asked_to_sign_in_everywhere(workbench, workspace, world):
    """An anonymous caller hears of no object, also where there is one."""
    (admin,) = [person for person in world.people if person.roles == {Role.ADMIN}]
    with workbench.read() as db:
        ctx = Context(workbench, ANONYMOUS, workspace, db=db)
        answers = {
            (op.name, relation): answer(op, ctx, op.target and admin.objects[op.target[0].__tablename__, relation])
            for op in OPERATIONS
            if not op.permission.public
            for relation in relations(op)
        }

    assert set(answers.values()) == {oracle.UNSIGNED}


def flipped(name: str, role: Role) -> MappingProxyType:
    """The table with one cell changed: what was nothing is everything, and what was something is nothing."""
    row = PERMISSIONS[name]
    level = Level.W if row.levels[role] is Level.NONE else Level.NONE
    changed = replace(row, levels=MappingProxyType({**row.levels, role: level}))
    return MappingProxyType({**PERMISSIONS, name: changed})


USED = sorted({op.permission.name for op in OPERATIONS} & oracle.AGREED.keys())
FLIPS = [(name, role) for name in USED for role in Role]


@pytest.mark.parametrize(("name", "role"), random.Random(0).sample(FLIPS, SAMPLED_FLIPS))
def test_a_flipped_cell_is_noticed(workbench, workspace, world, monkeypatch, name, role):
    """A cell that is other than agreed makes the cells above differ; `make bench` flips them all."""
    assert notices(workbench, workspace, world, monkeypatch, name, role)


def notices(workbench, workspace, world, monkeypatch, name: str, role: Role) -> bool:
    """Whether a flipped cell changes an answer that the oracle knows."""
    table = flipped(name, role)
    for module in (permissions, "workbench.core.context", "workbench.core.visibility"):
        target = module if not isinstance(module, str) else __import__(module, fromlist=["PERMISSIONS"])
        monkeypatch.setattr(target, "PERMISSIONS", table)
    for op in OPERATIONS:
        if op.permission.name == name:
            monkeypatch.setitem(PROBES, op.name, replace(PROBES[op.name], permission=table[name]))
    return any(expected != found for _, expected, found in cells(workbench, workspace, world, only=name))
