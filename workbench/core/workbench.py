"""The parts of an opened home, put together once and handed to every call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from .context import NOWHERE, ROLE_MARK, Context, Principal, WorkspaceRef, seen_as
from .db import Database
from .journal import AuditSink, unit_of_work
from .operations import Registry
from .pools import Pools
from .row_security import INSTALLATION
from .secrets import Vault
from .settings import Settings
from .visibility import ShareLookup

Part = TypeVar("Part")


class Directory(Protocol):
    """Knows the workspaces."""

    def workspace(self, db: Session, name: str, principal: Principal) -> WorkspaceRef:
        """The workspace of a name or id.

        Raises:
            NotFound: there is none, or the principal has no part in it.
        """


@dataclass(repr=False)
class Workbench:
    """An opened home."""

    settings: Settings
    database: Database
    registry: Registry
    audit: AuditSink
    vault: Vault
    shares: ShareLookup
    directory: Directory
    pools: Pools = field(default_factory=Pools)
    parts: dict[str, Any] = field(default_factory=dict)
    _listeners: list[Callable[[], None]] = field(default_factory=list)
    _closing: list[Callable[[], None]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __repr__(self) -> str:
        return f"<Workbench at {self.settings.home}>"

    def unit_of_work(self, scope: UUID = INSTALLATION) -> AbstractContextManager[Session]:
        """A transaction that commits at its end, of one workspace or of the installation.

        See `journal.unit_of_work`; operations write by `Context.writing`, which is of their workspace.
        """
        return unit_of_work(self.database, self.audit, self._committed, scope)

    @contextmanager
    def read(self, scope: UUID = INSTALLATION) -> Iterator[Session]:
        """A session that only reads, in one workspace or in the installation; operations use `Context.reading`."""
        with self.database.read(scope) as db:
            yield db

    def context(self, db: Session, principal: Principal, workspace: str | None = None, **more: Any) -> Context:
        """The context of one call in a workspace, the settings' when none is named.

        An admin who names it `sales~viewer` calls as a viewer of `sales` would; see `RoleView`.

        Raises:
            NotAuthenticated: nobody is signed in.
            NotFound: there is none of that name, or the principal has no part in it; or no such role.
            NotPermitted: she may not see it as somebody else would.
        """
        name, mark, role = (workspace or self.settings.workspace).partition(ROLE_MARK)
        found = self.directory.workspace(db, name, principal)
        who = seen_as(principal, found.id, role) if mark else principal
        return Context(workbench=self, principal=who, workspace=found, **more)

    def installation_context(self, principal: Principal, **more: Any) -> Context:
        """The context of one call that concerns the installation, and so no workspace."""
        return Context(workbench=self, principal=principal, workspace=NOWHERE, **more)

    def part(self, name: str, make: Callable[[], Part]) -> Part:
        """A long-lived helper of a domain, such as a pool of query workers: made once, closed with the home."""
        with self._lock:
            if name not in self.parts:
                made = self.parts[name] = make()
                if hasattr(made, "close"):
                    self._closing.append(made.close)
            part: Part = self.parts[name]
            return part

    def on_commit(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Have a function called after commits of this process that wrote events; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _committed(self) -> None:
        for listener in list(self._listeners):
            listener()

    def close(self) -> None:
        """Close what is open."""
        for close in reversed(self._closing):
            close()
        self.pools.close()
        self.database.close()
