"""What the agreed table says of a call, worked out apart from the code that decides it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tests.factories.agreed import INSTALLATION, OWN, PUBLIC, agreed
from workbench.core.permissions import Role

if TYPE_CHECKING:
    from workbench.core.operations import Operation

AGREED = agreed()
REACH = ["–", "S", "O", "W"]
RIGHTS = ["view", "run", "edit"]
SUBMITTERS_SEE = {"runs:read"}  # their own, however little the role reaches

DONE, DENIED, UNKNOWN, UNSIGNED = "done", "denied", "unknown", "unsigned"


def cell(permission: str, roles: Iterable[Role], scopes: frozenset[str] | None = None) -> str:
    """How far a permission reaches: the strongest of the roles' cells, within the scopes."""
    if permission in PUBLIC:
        return "O"
    if scopes is not None and permission not in scopes:
        return "–"
    if permission in OWN:
        return "O"
    if permission in INSTALLATION or permission not in AGREED:
        return "–"
    return max((AGREED[permission][0][role.value] for role in roles), key=REACH.index, default="–")


def reaches(level: str, right: str, relation: str, permission: str) -> bool:
    """Whether a level of a permission comes as far as an object in some relation to the caller."""
    if relation in ("foreign", "nonexistent"):
        return False
    granted = relation.partition(" to ")[0]
    shared = granted in RIGHTS and RIGHTS.index(granted) >= RIGHTS.index(right)
    owning = level == "O" or (level == "S" and permission in SUBMITTERS_SEE)
    return level == "W" or (level in ("O", "S") and shared) or (owning and relation == "own")


def expected(op: Operation, roles: frozenset[Role], relation: str | None, scopes: frozenset[str] | None = None) -> str:
    """What the gate must answer somebody with `roles`; `relation` is the target's to her, None where there is none."""
    permission = op.permission.name
    level = cell(permission, roles, scopes)
    if level == "–":
        return DENIED
    if op.target is None or relation is None:
        return DONE
    right = AGREED[permission][1] if permission in AGREED else "view"
    if reaches(level, right, relation, permission):
        return DONE
    reading = f"{op.target[0].__tablename__}s:read"
    seen = reaches(cell(reading, roles, scopes), "view", relation, reading)
    return DENIED if seen else UNKNOWN
