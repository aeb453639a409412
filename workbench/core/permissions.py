"""Who may do what: six roles and one table, as data.

permission   `resource:action`; what an operation asks for
role         what a person is within one workspace; she may be something else in another
level        how far a role's permission reaches: W the whole workspace, O what she owns or was shared to her,
             S what was shared to her or published, – nothing, and no share lifts that
share right  what a share must grant to widen a permission at level O or S to its object; edit includes run, run view
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Self


class _Ordered(StrEnum):
    """Text that is compared by the order in which its members stand, the weakest first."""

    rank: int

    def __new__(cls, value: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.rank = len(cls.__members__)
        return member

    def _rank_of(self, other: object) -> int:
        if not isinstance(other, type(self)):  # else str would compare by the alphabet, silently
            raise TypeError(f"{type(self).__name__} cannot be compared with {other!r}")
        return other.rank

    def __lt__(self, other: str) -> bool:
        return self.rank < self._rank_of(other)

    def __le__(self, other: str) -> bool:
        return self.rank <= self._rank_of(other)

    def __gt__(self, other: str) -> bool:
        return self.rank > self._rank_of(other)

    def __ge__(self, other: str) -> bool:
        return self.rank >= self._rank_of(other)


class Role(StrEnum):
    """What a person is within a workspace."""

    ADMIN = "admin"
    DEVELOPER = "developer"
    DESIGNER = "designer"
    EXECUTOR = "executor"
    VIEWER = "viewer"
    EXECUTIVE = "executive"


class Level(_Ordered):
    """How far a permission reaches; compared by reach."""

    NONE = "–"
    S = "S"
    O = "O"  # noqa: E741
    W = "W"


class ShareRight(_Ordered):
    """What a share grants on its object; a greater one includes the lesser."""

    VIEW = "view"
    RUN = "run"
    EDIT = "edit"


@dataclass(frozen=True)
class Permission:
    """One row of the table.

    `public` ones are everybody's, also those who are not signed in: what is needed to sign in at all;
    `own` permissions concern only what is the caller's own and are everybody's who is signed in;
    `system_admin_only` ones belong to the installation and come with no role.
    `submitted` ones reach at level S also what one has submitted oneself;
    `notes` narrow single cells in words; `most` caps what a role may hand on by `shares:grant`.
    """

    name: str
    share_right: ShareRight
    levels: Mapping[Role, Level]
    help: str
    public: bool = False
    own: bool = False
    system_admin_only: bool = False
    submitted: bool = False
    notes: Mapping[Role, str] = field(default_factory=dict)
    most: Mapping[Role, ShareRight] = field(default_factory=dict)

    def reaches_own(self, reach: Level) -> bool:
        """Whether what one owns is within a level of this permission."""
        return reach >= (Level.S if self.submitted else Level.O)


_VIEW, _RUN, _EDIT = ShareRight.VIEW, ShareRight.RUN, ShareRight.EDIT

# The cells stand in the order of Role: Admin Developer Designer Executor Viewer Executive.
_TABLE = (
    ("pipelines:read", _VIEW, "W W W W S S", "See pipelines, their versions and parameters."),
    ("notebooks:edit", _EDIT, "W W – – – –", "Open and change notebooks and their files."),
    ("kernels:use", _RUN, "W W – – – –", "Run code in a kernel; sandboxed in team mode, and no terminals."),
    ("pipelines:design", _EDIT, "W W W – – –", "Change a graph, mapping, form or template; no free code."),
    ("pipelines:publish", _EDIT, "W W O – – –", "Publish a version with the tables and connectors it may use."),
    ("pipelines:restore", _EDIT, "W W O – – –", "Bring an earlier version back."),
    ("pipelines:archive", _EDIT, "W O O – – –", "Put a pipeline away, or bring it back."),
    ("runs:start", _RUN, "W W W W S –", "Start a pipeline; the right is asked of the pipeline."),
    ("runs:cancel", _RUN, "W W O W – –", "Stop a run."),
    ("runs:retry", _RUN, "W W O W – –", "Start a run again from its beginning."),
    ("runs:resume", _RUN, "W W O W – –", "Continue a run from its last checkpoint."),
    ("runs:read", _VIEW, "W W W W S S", "See the status, times, tables and published figures of runs."),
    ("runs:logs", _VIEW, "W W W W – –", "Read logs, tracebacks, parameters and output notebooks."),
    ("schedules:read", _VIEW, "W W W W – –", "See schedules."),
    ("schedules:write", _RUN, "W W O O – –", "Schedule a pipeline; the right is asked of the pipeline."),
    ("environments:read", _VIEW, "W W W W – –", "See environments and what is installed in them."),
    ("environments:write", _EDIT, "W W – – – –", "Make and change environments."),
    ("connectors:list", _VIEW, "W W W W – –", "See names and types of connectors."),
    ("connectors:read", _VIEW, "W W W – – –", "See a connector's settings without its secrets."),
    ("connectors:introspect", _VIEW, "W W W – – –", "See what a connector offers: its streams and columns."),
    ("connectors:read_data", _VIEW, "W W W – – –", "Read data through a connector."),
    ("connectors:write_data", _EDIT, "W W – – – –", "Write data through a connector."),
    ("connectors:write", _EDIT, "W W – – – –", "Make, change and archive connectors."),
    ("connectors:test", _RUN, "W W – – – –", "Try whether a connector connects."),
    ("secrets:set", _EDIT, "W W – – – –", "Set a secret; nothing reads one back."),
    ("tables:read", _VIEW, "W W W W S S", "Read tables, their versions and lineage."),
    ("tables:write", _EDIT, "W W O – – –", "Append to, replace and merge into tables."),
    ("tables:delete", _EDIT, "W O – – – –", "Delete tables."),
    ("tables:restore", _EDIT, "W O – – – –", "Bring an earlier version of a table back."),
    ("queries:run", _RUN, "W W W – – –", "Run free SQL over the workspace's tables."),
    ("queries:view", _VIEW, "W W W W S S", "See saved queries, and the rows of those that were published."),
    ("queries:write", _EDIT, "W W W – – –", "Save, change and archive queries."),
    ("queries:publish", _EDIT, "W W W – – –", "Publish a query: its audience gets its rows by the publisher's rights."),
    ("mappings:write", _EDIT, "W W W – – –", "Make and change mappings."),
    ("transformations:write", _EDIT, "W W W – – –", "Make and change SQL and library steps; Python needs Developer."),
    ("schemas:read", _VIEW, "W W W W S S", "See schemas and mappings."),
    ("quality:read", _VIEW, "W W W W S S", "See quality checks and their results."),
    ("files:read", _VIEW, "W W W O – –", "List and download files."),
    ("files:write", _EDIT, "W W W O – –", "Upload, replace and delete files."),
    ("dashboards:view", _VIEW, "W W W W S S", "Open dashboards."),
    ("dashboards:write", _EDIT, "W W W – – –", "Make and change dashboards."),
    ("dashboards:publish", _EDIT, "W W W – – –", "Publish dashboards."),
    ("data:export", _VIEW, "W W W W S –", "Take data out as CSV or Parquet."),
    ("dashboards:export", _VIEW, "W W W W S S", "Take a dashboard out as PDF or PNG."),
    ("shares:grant", _VIEW, "W O O O – –", "Share an object, never above one's own right on it."),
    ("alerts:read", _VIEW, "W W W W – –", "See alerts and their rules."),
    ("alerts:write", _EDIT, "W W – – – –", "Make and change alert rules."),
    ("alerts:acknowledge", _RUN, "W W W W – –", "Say that an alert is being taken care of."),
    ("members:read", _VIEW, "W W W W – –", "See who belongs to the workspace, in which role."),
    ("members:write", _EDIT, "W – – – – –", "Add and remove members."),
    ("roles:assign", _EDIT, "W – – – – –", "Give and take roles."),
    ("tokens:revoke_others", _EDIT, "W – – – – –", "Revoke other people's tokens."),
    ("audit:read", _VIEW, "W – – – – –", "Read the audit trail."),
    ("compliance:report", _VIEW, "W – – – – W", "Report who could do what, and who did."),
)
_PUBLIC = (("auth:use", _VIEW, "Sign in, and use what was sent to one by mail."),)
_OWN = (
    ("me:read", _VIEW, "See who one is, in which workspaces and roles."),
    ("tokens:own", _EDIT, "Make, list and revoke one's own tokens."),
    ("sessions:own", _EDIT, "List and end one's own sessions."),
    ("preferences:own", _EDIT, "Keep one's own preferences."),
    ("activity:own", _VIEW, "See what one did."),
    ("search:use", _VIEW, "Search; each thing that is found needs the permission to see it."),
    ("docs:read", _VIEW, "Read the documentation."),
    ("events:receive", _VIEW, "Follow events; each is filtered by the permission it names."),
)
_INSTALLATION = (
    ("workspaces:create", _EDIT, "Create workspaces."),
    ("admin:backups", _EDIT, "Back up and restore the home."),
    ("admin:keys", _EDIT, "Rotate keys."),
    ("admin:settings", _EDIT, "See and change the installation's settings."),
    ("admin:maintenance", _EDIT, "Pause the installation, compact and clean up."),
    ("admin:users", _EDIT, "See and disable the installation's accounts."),
    ("admin:audit", _VIEW, "Verify the installation's audit trail and keep its head elsewhere."),
)
_SUBMITTED = frozenset({"runs:read"})
_NOTES = {("data:export", Role.VIEWER): "where the publisher allowed it"}
_MOST = {("shares:grant", Role.EXECUTOR): ShareRight.VIEW}


def _row(name: str, right: ShareRight, cells: str, help_: str, **more: bool) -> Permission:
    levels = {role: Level(cell) for role, cell in zip(Role, cells.split(), strict=True)}
    return Permission(
        name=name,
        share_right=right,
        levels=MappingProxyType(levels),
        help=help_,
        submitted=name in _SUBMITTED,
        notes=MappingProxyType({role: note for (of, role), note in _NOTES.items() if of == name}),
        most=MappingProxyType({role: most for (of, role), most in _MOST.items() if of == name}),
        **more,
    )


def _table() -> dict[str, Permission]:
    rows = [_row(*row) for row in _TABLE]
    rows += [_row(name, right, "O O O O O O", text, public=True) for name, right, text in _PUBLIC]
    rows += [_row(name, right, "O O O O O O", text, own=True) for name, right, text in _OWN]
    rows += [_row(name, right, "– – – – – –", text, system_admin_only=True) for name, right, text in _INSTALLATION]
    return {row.name: row for row in rows}


PERMISSIONS: Mapping[str, Permission] = MappingProxyType(_table())


def level(permission: Permission | str, roles: Iterable[Role]) -> Level:
    """How far `permission` reaches for someone with `roles`: as far as the strongest of them.

    What is everybody's own reaches O without any role; what belongs to the installation reaches nothing by roles.

    Raises:
        KeyError: there is no such permission.
    """
    row = PERMISSIONS[permission] if isinstance(permission, str) else permission
    if row.own or row.public:
        return Level.O
    return max((row.levels[role] for role in roles), default=Level.NONE)


def most_shareable(roles: Iterable[Role]) -> ShareRight | None:
    """The greatest right that someone with `roles` may hand on; None where he may share nothing."""
    row = PERMISSIONS["shares:grant"]
    granting = [role for role in roles if row.levels[role] > Level.NONE]
    return max((row.most.get(role, ShareRight.EDIT) for role in granting), default=None)


def matrix_markdown() -> str:
    """The whole table in Markdown, for the reference."""
    head = ["permission", "share right", *(role.value.title() for role in Role), "what it allows"]
    lines = [_line(head), _line(["---"] * len(head))]
    return "\n".join(lines + [_line([f"`{row.name}`", *_cells(row), row.help]) for row in PERMISSIONS.values()]) + "\n"


def _cells(row: Permission) -> list[str]:
    if row.public:
        return ["", *["everybody"] * len(Role)]
    if row.own:
        return ["", *["yes"] * len(Role)]
    if row.system_admin_only:
        return ["", *["system admin"] * len(Role)]
    return [row.share_right.value, *(_cell(row, role) for role in Role)]


def _cell(row: Permission, role: Role) -> str:
    most = f"{row.most[role]} only" if role in row.most else ""
    own = "and one's own" if row.submitted and row.levels[role] is Level.S else ""
    return ", ".join(filter(None, [row.levels[role].value, row.notes.get(role, ""), most, own]))


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
