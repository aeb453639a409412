"""Who is calling, in which workspace, by which face, and the transaction they are calling in."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast
from uuid import UUID

from .errors import NotFound, NotPermitted
from .people import who
from .permissions import PERMISSIONS, Level, Permission, Role, level
from .row_security import INSTALLATION, confine

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from .workbench import Workbench


@dataclass(frozen=True, slots=True)
class Principal:
    """Someone who calls; `name` is what the audit trail says, such as `user:ada@example.org`, see `core.people`."""

    kind: str
    name: str
    user_id: UUID | None = None
    roles: Mapping[UUID, frozenset[Role]] = field(default_factory=dict)
    scopes: frozenset[str] | None = None
    system_admin: bool = False

    @property
    def anonymous(self) -> bool:
        return self.kind == "anonymous"

    @property
    def person(self) -> str:
        """Who it is, whichever token was shown."""
        return str(self.user_id or self.name)


ANONYMOUS = Principal("anonymous", "anonymous")


@dataclass(frozen=True, slots=True)
class RoleView(Principal):
    """An admin who looks at a workspace as somebody of a role would, who owns nothing and is in no group.

    `behind` is the admin: refusals and what was looked at are on record under her name. She changes nothing meanwhile.
    """

    behind: Principal = ANONYMOUS
    role: Role = Role.VIEWER


@dataclass(frozen=True, slots=True)
class WorkspaceRef:
    """A workspace, as far as callers need to know it."""

    id: UUID
    name: str
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Origin:
    """From where a call comes, as far as its face knows: the network address, and what the client says it is.

    `reached` is by which address of the server it came, base URL included: its name is one of the server's,
    and its port is what the client says.
    """

    address: str = ""
    agent: str = ""
    reached: str = ""


NOWHERE = WorkspaceRef(INSTALLATION, "")  # where an operation of the installation is called


@dataclass(frozen=True, slots=True)
class RunScope:
    """The attempt of a run within which somebody calls; `reads` and `writes` are globs that bound its rights."""

    run_id: UUID
    attempt: int
    commit_id: UUID
    folder: Path
    lease_token: str
    reads: tuple[str, ...] = ("*",)
    writes: tuple[str, ...] = ("*",)


@dataclass(frozen=True, slots=True)
class AppScope:
    """The app within which somebody calls; `reads` are the names of the tables that it may read, and all it may do."""

    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()


@dataclass(slots=True)
class Context:
    """One call: the gate sets `permission`, `installation`, `db` and `target`.

    `asker` is who really asks, where that is not the principal, with whose rights it is asked.
    """

    workbench: Workbench
    principal: Principal
    workspace: WorkspaceRef
    surface: str = "python"
    origin: Origin = Origin()
    correlation_id: str = field(default_factory=lambda: secrets.token_hex(16))
    run: RunScope | None = None
    app: AppScope | None = None
    if_match: str | None = None
    idempotency_key: str | None = None
    permission: Permission | None = None
    asker: Principal | None = None
    installation: bool = False
    target: Any = None
    db: Session = None  # type: ignore[assignment]

    @property
    def workspace_id(self) -> UUID:
        return self.workspace.id

    @property
    def scope(self) -> UUID:
        """The workspace whose rows this call may meet, or the installation where its operation is one of that."""
        return INSTALLATION if self.installation else self.workspace.id

    @property
    def holder(self) -> str:
        """By whom what there is little of is taken up: the person, whatever her tokens are called.

        A run has none of what there is in a server: its calls are answered in a process of its own.
        """
        return (self.asker or self.principal).person

    def behind(self, principal: Principal) -> Context:
        """This call with the rights of somebody else; who asks is still who asked."""
        return replace(self, principal=principal, asker=self.asker or self.principal)

    def check_declared(self, use: Literal["reads", "writes"], name: str) -> None:
        """Refuse a run or an app what its pipeline's version did not declare; elsewhere everything passes.

        `name` is a table, or `connector.stream`.

        Raises:
            NotPermitted: no glob of its rights matches the name.
        """
        scope = self.run or self.app
        if scope is None or any(fnmatchcase(name, pattern) for pattern in getattr(scope, use)):
            return
        verb = "read" if use == "reads" else "write"
        if self.run is None:
            raise NotPermitted(
                f"This app may not {verb} {name!r}: it reads the tables that its version declares, as far as both who "
                "answers for the version and who looks at it may.",
                fix=f"Publish a version whose `reads` include {name}, and share the table with those who look.",
                code="not_declared",
            )
        raise NotPermitted(
            f"This run may not {verb} {name!r}: its version does not declare it.",
            fix=f"Publish a version whose `{use}` include it.",
            code="not_declared",
        )

    def level(self, permission: Permission | str) -> Level:
        """How far the caller's roles reach, within the scopes of the token that was shown."""
        rule = PERMISSIONS[permission] if isinstance(permission, str) else permission
        held = self.principal
        if rule.public:
            return Level.O
        if held.scopes is not None and rule.name not in held.scopes:
            return Level.NONE
        if rule.system_admin_only:
            return Level.W if held.system_admin else Level.NONE
        if rule.own:
            return Level.NONE if held.anonymous else Level.O
        return level(rule.name, held.roles.get(self.workspace.id, frozenset()))

    def may(self, permission: Permission | str) -> bool:
        """Whether the caller holds a permission at any level."""
        return self.level(permission) is not Level.NONE

    def demand(self, permission: str) -> None:
        """Refuse what an operation does besides, where that needs a permission of its own.

        Raises:
            NotPermitted: the caller holds it at no level.
        """
        if not self.may(permission):
            raise NotPermitted(
                f"This needs the permission {permission} too, which {who(self.principal.name)} does not hold here.",
                fix="Ask an admin of the workspace for a role that has it, or use a token whose scopes include it.",
                permission=permission,
            )

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """The session of this call where it has one, else a read session of its own."""
        held = cast("Session | None", self.db)
        if held is not None:
            confine(held, self.scope)
            yield held
            return
        with self.workbench.read(self.scope) as db:
            yield db

    def apart(self) -> Context:
        """This call without its session: nothing waits for a worker within a transaction."""
        free: Any = None
        return replace(self, db=free)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A unit of work, for operations that hold none of their own."""
        with self.workbench.unit_of_work(self.scope) as db:
            yield db


ROLE_MARK = "~"  # between a workspace and the role as which it is looked at; no workspace's name has one in it


def seen_as(principal: Principal, workspace: UUID, role: str) -> RoleView:
    """A principal as which an admin sees a workspace; never wider than herself, her token's scopes included.

    Raises:
        NotFound: there is no such role.
        NotPermitted: she is no admin of the workspace.
    """
    if role not in list(Role):
        known = ", ".join(Role)
        raise NotFound(f"There is no role {role[:40]!r}.", fix=f"The roles are {known}.", code="role_not_found")
    if Role.ADMIN not in principal.roles.get(workspace, ()):
        raise NotPermitted(
            "Only an admin of the workspace sees it as somebody of another role would.",
            fix=f"Leave {ROLE_MARK}{role} out of the workspace's name.",
        )
    seen = Role(role)
    return RoleView(
        "role", f"{principal.name} as {seen}", roles={workspace: frozenset({seen})}, scopes=principal.scopes,
        behind=principal, role=seen,
    )  # fmt: skip


def correlation(traceparent: str | None) -> str:
    """The trace id of a W3C `traceparent` header, or a new one where it has none."""
    parts = (traceparent or "").split("-")
    if len(parts) >= 4 and len(parts[1]) == 32 and set(parts[1]) <= set("0123456789abcdef") and set(parts[1]) != {"0"}:
        return parts[1]
    return secrets.token_hex(16)
