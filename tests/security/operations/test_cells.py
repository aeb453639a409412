"""Every operation for everybody, on an object in every relation to her: as the agreed table says, cell by cell."""

from __future__ import annotations

import random

import pytest

from tests.factories import oracle
from tests.factories.cells import FLIPS, OPERATIONS, SINGLE, answer, cells, notices, relations
from tests.factories.world import KINDS, World, build
from workbench.core import gate
from workbench.core.context import ANONYMOUS, Context
from workbench.core.permissions import Role

AT_LEAST = 10_000
SAMPLED_FLIPS = 5
ROLES = list(Role)
# Of roles that one person has, each role in one; `make bench` has all pairs.
SAMPLED_PAIRS = [frozenset(pair) for pair in zip(ROLES[:3], reversed(ROLES), strict=False)]


@pytest.fixture
def world(workbench, workspace, monkeypatch) -> World:
    """The world; refusals are not written down, since thousands of them would take minutes."""
    monkeypatch.setattr(gate, "_audit_failure", lambda *_: None)
    with workbench.unit_of_work() as db:
        return build(db, workspace.id, [*SINGLE, *SAMPLED_PAIRS])


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


@pytest.mark.parametrize(("name", "role"), random.Random(0).sample(FLIPS, SAMPLED_FLIPS))
def test_a_flipped_cell_is_noticed(workbench, workspace, world, monkeypatch, name, role):
    """A cell that is other than agreed makes the cells above differ; `make bench` flips them all."""
    assert notices(workbench, workspace, world, monkeypatch, name, role)
