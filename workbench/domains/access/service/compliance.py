"""Who may do what in a workspace, and who did within a month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.core import sheet
from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.operations import Download
from workbench.core.permissions import PERMISSIONS, Level, Role, level
from workbench.domains.access.models import ApiToken, User
from workbench.domains.access.schemas import AccessReport, AccessView, ChangeView, DoneView, HeldToken
from workbench.domains.audit import service as audit

from .roles import gathered, held_roles

SIGNING_IN = ("auth.sign_in", "auth.login")
CHANGING = ("members.", "groups.", "invitations.", "shares.", "auth.accept_invitation")
HEADING = (
    "name", "display_name", "user_id", "roles", "permissions", "system_admin", "last_signed_in_at", "disabled_at",
    "tokens", "done", "denied", "failed", "did", "runs_did",
)  # fmt: skip


def access_report(ctx: Context, month: str | None) -> AccessReport:
    """The report of a month, YYYY-MM in the workspace's time zone; the current one where none is named.

    Roles, accounts and tokens are those of the moment (`as_of`), since rights that were taken leave no row behind; what
    was changed within the month is told beside them, from the trail. A report that is kept at each month's end says who
    could do what then. In it is whoever has a role or a token now, and whoever did something within the month.
    """
    name, since, until = _bounds(month, ctx.workspace.timezone)
    with ctx.reading() as db:
        did, programs = _by_actor(audit.counts(db, ctx.workspace_id, since, until))
        roles, tokens = _roles(db, ctx.workspace_id), _tokens(db, ctx.workspace_id)
        people = _people(db, {*roles, *tokens, *did})
        changes = [ChangeView.of(row) for row in audit.done(db, ctx.workspace_id, CHANGING, since, until)]
    with ctx.workbench.read() as db:  # signing in belongs to no workspace
        signed_in = audit.last_done(db, SIGNING_IN)
    rows = [
        _person(user, roles.get(user.id, frozenset()), signed_in.get(user.id), tokens[user.id], did[user.id])
        for user in people
    ]
    return AccessReport(
        workspace=ctx.workspace.name, month=name, since=since, until=until, as_of=now(),
        people=rows + [_program(each, programs[each]) for each in sorted(programs)], changes=changes,
    )  # fmt: skip


def access_sheet(ctx: Context, month: str | None) -> Download:
    """The same as CSV, one line for each person; several things in a cell are parted by semicolons."""
    report = access_report(ctx, month)
    rows = (_line(person) for person in report.people)
    return Download(sheet.chunks(HEADING, rows), sheet.MEDIA_TYPE, f"access-{report.workspace}-{report.month}.csv")


def _bounds(month: str | None, zone: str) -> tuple[str, datetime, datetime]:
    here = ZoneInfo(zone)
    first = datetime.strptime(month, "%Y-%m") if month else now().astimezone(here)  # noqa: DTZ007 - the zone follows
    since = datetime(first.year, first.month, 1, tzinfo=here)
    later = since.replace(tzinfo=None) + timedelta(days=31)
    return f"{since:%Y-%m}", since, datetime(later.year, later.month, 1, tzinfo=here)


def _roles(db: Session, workspace: UUID) -> Mapping[UUID, frozenset[Role]]:
    held = held_roles()
    return gathered(db.execute(select(held.c.user_id, held.c.role).where(held.c.workspace_id == workspace)))


def _tokens(db: Session, workspace: UUID) -> dict[UUID, list[ApiToken]]:
    good = (ApiToken.workspace_id == workspace, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now())
    found: dict[UUID, list[ApiToken]] = defaultdict(list)
    for token in db.scalars(select(ApiToken).where(*good).order_by(ApiToken.created_at)):
        found[token.owner_id].append(token)
    return found


def _people(db: Session, ids: Collection[UUID]) -> list[User]:
    return list(db.scalars(select(User).where(User.id.in_(ids)).order_by(User.folded)))


def _by_actor(counts: Iterable[audit.Count]) -> tuple[dict[UUID, list[audit.Count]], dict[str, list[audit.Count]]]:
    """The counts of each account, and of whoever has none by the name that the trail has."""
    accounts: dict[UUID, list[audit.Count]] = defaultdict(list)
    programs: dict[str, list[audit.Count]] = defaultdict(list)
    for count in counts:
        if count.user_id is not None:
            accounts[count.user_id].append(count)
        else:
            programs[str(count.principal)].append(count)
    return accounts, programs


def _person(
    user: User, roles: frozenset[Role], signed_in: datetime | None, tokens: list[ApiToken], did: list[audit.Count]
) -> AccessView:
    return AccessView(
        user_id=user.id, name=user.name, display_name=user.display_name, system_admin=user.system_admin,
        roles=sorted(roles), permissions=_permissions(roles), last_signed_in_at=signed_in,
        disabled_at=user.disabled_at, tokens=[HeldToken.of(token) for token in tokens],
        did=_done(count for count in did if not count.in_run), runs_did=_done(count for count in did if count.in_run),
    )  # fmt: skip


def _program(name: str, did: list[audit.Count]) -> AccessView:
    return AccessView(
        user_id=None, name=name, display_name=name, system_admin=False, roles=[], permissions={},
        last_signed_in_at=None, disabled_at=None, tokens=[], did=_done(did), runs_did=[],
    )  # fmt: skip


def _permissions(roles: frozenset[Role]) -> dict[str, str]:
    rules = [rule for rule in PERMISSIONS.values() if not (rule.own or rule.public or rule.system_admin_only)]
    reach = {rule.name: level(rule, roles) for rule in rules}
    return {name: how_far.value for name, how_far in reach.items() if how_far is not Level.NONE}


def _done(counts: Iterable[audit.Count]) -> list[DoneView]:
    times: dict[str, dict[str, int]] = defaultdict(dict)
    for count in counts:
        times[count.operation][count.outcome] = count.times
    return [DoneView(operation=operation, **ended) for operation, ended in sorted(times.items())]


def _line(person: AccessView) -> list[object]:
    tokens = [f"{token.prefix} until {token.expires_at:%Y-%m-%d}" for token in person.tokens]
    return [
        person.name, person.display_name, person.user_id, "; ".join(person.roles), _joined(person.permissions),
        person.system_admin, person.last_signed_in_at, person.disabled_at, "; ".join(tokens),
        sum(row.done for row in person.did), sum(row.denied for row in person.did),
        sum(row.failed for row in person.did), _joined({row.operation: row.done for row in person.did if row.done}),
        _joined({row.operation: row.done for row in person.runs_did if row.done}),
    ]  # fmt: skip


def _joined(values: Mapping[str, object]) -> str:
    return "; ".join(f"{name} {value}" for name, value in values.items())
