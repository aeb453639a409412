"""Every cell of the permission table is flipped in turn, and each time the authorisation tests would have failed."""

from __future__ import annotations

import random

import pytest

from tests.factories.cells import FLIPS, PAIRS, SINGLE, notices
from tests.factories.world import build
from workbench.core import gate

SAMPLED = 2  # in `make test`, where the security stage has its own


@pytest.mark.thorough
def test_no_flipped_cell_survives(workbench, workspace, monkeypatch, quick):
    """The oracle notices each change of a cell that an operation asks about; `make bench` tries them all."""
    monkeypatch.setattr(gate, "_audit_failure", lambda *_: None)
    with workbench.unit_of_work() as db:
        world = build(db, workspace.id, [*SINGLE, *PAIRS])
    survived = []
    for name, role in random.Random(1).sample(FLIPS, SAMPLED) if quick else FLIPS:
        with pytest.MonkeyPatch.context() as changed:
            if not notices(workbench, workspace, world, changed, name, role):
                survived.append((name, role))

    print(f"\nflipped cells: {SAMPLED if quick else len(FLIPS)}, unnoticed: {len(survived)}")
    assert survived == []
