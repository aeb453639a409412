"""The permission table is exactly the one that was agreed."""

from __future__ import annotations

import re

import pytest

from tests.factories.agreed import INSTALLATION, OWN, PUBLIC, agreed
from workbench.core.permissions import (
    PERMISSIONS,
    Level,
    Role,
    ShareRight,
    level,
    matrix_markdown,
    most_shareable,
)

CELLS = [(name, role, cell) for name, (cells, _) in agreed().items() for role, cell in cells.items()]


@pytest.mark.parametrize(("name", "role", "cell"), CELLS)
def test_each_cell_is_as_agreed(name, role, cell):
    """Flipping any one cell of the table is noticed here."""
    assert PERMISSIONS[name].levels[Role(role)].value == cell
    assert level(name, [Role(role)]).value == level(PERMISSIONS[name], [Role(role)]).value == cell


def test_there_is_no_permission_beside_the_agreed_ones():
    """A permission that nobody agreed on cannot slip in, and none can go missing."""
    assert set(PERMISSIONS) == set(agreed()) | PUBLIC | OWN | INSTALLATION


def test_each_permission_names_the_share_right_it_needs():
    """Reading needs view, starting and stopping run, changing edit."""
    assert {name: PERMISSIONS[name].share_right.value for name in agreed()} == {
        name: right for name, (_, right) in agreed().items()
    }


@pytest.mark.parametrize("name", sorted(PERMISSIONS))
def test_names_are_resource_and_action(name):
    """Every permission reads `resource:action` and says what it allows in one sentence."""
    assert re.fullmatch(r"[a-z]+:[a-z_]+", name)
    assert PERMISSIONS[name].name == name
    assert PERMISSIONS[name].help.endswith(".")


@pytest.mark.parametrize("name", sorted(OWN))
def test_what_is_ones_own_needs_no_role(name):
    """Somebody without any role still has a `me`, tokens and preferences, and never more than her own."""
    assert PERMISSIONS[name].own
    assert level(name, []) is Level.O
    assert level(name, [Role.ADMIN]) is Level.O


@pytest.mark.parametrize("name", sorted(INSTALLATION))
def test_no_role_reaches_the_installation(name):
    """Not even all six roles together give what only the installation's administrator may do."""
    assert PERMISSIONS[name].system_admin_only
    assert level(name, list(Role)) is Level.NONE


def test_the_strongest_role_counts():
    """Somebody with two roles reaches as far as the stronger one, in whichever order they stand."""
    assert level("pipelines:archive", [Role.VIEWER, Role.DESIGNER]) is Level.O
    assert level("runs:start", [Role.EXECUTIVE, Role.VIEWER]) is Level.S
    assert level("runs:start", [Role.EXECUTOR, Role.VIEWER, Role.EXECUTIVE]) is Level.W


def test_nobody_without_a_role_reaches_anything_of_a_workspace():
    """Default is deny: without a role every permission of the table reaches nothing."""
    assert {level(name, []) for name in agreed()} == {Level.NONE}


def test_an_unknown_permission_is_an_error():
    """A mistyped permission cannot pass for a denied or an allowed one."""
    with pytest.raises(KeyError):
        level("tables:raed", [Role.ADMIN])


def test_levels_and_rights_are_ordered_by_reach():
    """W reaches further than O, O than S; edit includes run includes view."""
    assert sorted(Level, reverse=True) == [Level.W, Level.O, Level.S, Level.NONE]
    assert ShareRight.VIEW < ShareRight.RUN < ShareRight.EDIT
    assert ShareRight.EDIT >= ShareRight.RUN >= ShareRight.RUN
    assert not ShareRight.VIEW > ShareRight.RUN
    assert not Level.W <= Level.O


def test_rights_are_never_compared_by_the_alphabet():
    """Comparing a right with mere text is refused, since 'edit' < 'view' would be true."""
    with pytest.raises(TypeError, match="cannot be compared"):
        _ = ShareRight.EDIT > "view"


@pytest.mark.parametrize(
    ("roles", "most"),
    [
        ([Role.ADMIN], ShareRight.EDIT),
        ([Role.DESIGNER, Role.EXECUTOR], ShareRight.EDIT),
        ([Role.EXECUTOR], ShareRight.VIEW),
        ([Role.VIEWER, Role.EXECUTIVE], None),
        ([], None),
    ],
)
def test_an_executor_hands_on_no_more_than_view(roles, most):
    """Executors share for viewing only; those who may not share at all have nothing to hand on."""
    assert most_shareable(roles) is most


def test_the_table_cannot_be_changed_at_run_time():
    """No code can widen a permission by assignment."""
    with pytest.raises(TypeError):
        PERMISSIONS["audit:read"].levels[Role.VIEWER] = Level.W  # type: ignore[index]
    with pytest.raises(TypeError):
        PERMISSIONS["x:y"] = PERMISSIONS["audit:read"]  # type: ignore[index]


def test_the_reference_shows_every_row_with_its_notes():
    """The generated reference has one line a permission, with what narrows a cell written out."""
    lines = matrix_markdown().splitlines()

    assert len(lines) == len(PERMISSIONS) + 2
    assert len({line.count("|") for line in lines}) == 1
    assert (
        "| `runs:start` | run | W | W | W | W | S | – | Start a pipeline; the right is asked of the pipeline. |"
        in lines
    )
    assert "| O, view only |" in next(line for line in lines if "`shares:grant`" in line)
    assert "| S, where the publisher allowed it |" in next(line for line in lines if "`data:export`" in line)
    assert "| S, and one's own | S, and one's own | See the status" in next(
        line for line in lines if "`runs:read`" in line
    )
