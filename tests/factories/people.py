"""Somebody to call as."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from workbench.core.context import Principal
from workbench.core.permissions import Role

if TYPE_CHECKING:
    from workbench.core.caller import LocalCaller
    from workbench.core.workbench import Workbench


def principal(workspace: UUID, *roles: Role, scopes: frozenset[str] | None = None) -> Principal:
    """Someone with these roles in one workspace, and nothing elsewhere."""
    return Principal("user", "test:someone", roles={workspace: frozenset(roles)}, scopes=scopes)


def caller_of(workbench: Workbench, who: Principal, workspace: str = "default") -> LocalCaller:
    """A caller in this process who is `who`."""
    from workbench.home import local_caller

    return local_caller(workbench, workspace, principal=lambda _: who)
