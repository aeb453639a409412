"""The report of who could do what in a workspace, and who did."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories import accounts, team
from workbench.core.clock import now
from workbench.core.context import Principal
from workbench.core.errors import Invalid, NotPermitted
from workbench.core.permissions import PERMISSIONS, Role, level
from workbench.domains.access import service
from workbench.domains.access.models import User
from workbench.domains.access.service import compliance
from workbench.home import local_caller

NEW = {"email": "new@example.org", "roles": ["viewer"]}

pytestmark = pytest.mark.usefixtures("any_database")


def somebody(workbench, name: str, *roles: Role):
    """A caller with an account in workspace `default`."""
    user = team.person(workbench, name, *roles)

    def who(db) -> Principal:
        return service.principal_of(db, db.get_one(User, user), "session", f"user:{name}")

    return local_caller(workbench, principal=who)


def of(report, name: str):
    """What the report says of somebody."""
    (found,) = [person for person in report.people if person.name == name]
    return found


def lines(caller, **fields) -> list[dict[str, str]]:
    """The report as a spreadsheet has it."""
    text = b"".join(caller.stream("compliance.export", **fields).content).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_report_says_who_may_do_what_as_the_table_has_it(workbench, caller):
    """For each person her roles, also by a group, and how far each permission reaches by the strongest of them."""
    somebody(workbench, "dev@example.org", Role.DEVELOPER)
    somebody(workbench, "both@example.org", Role.VIEWER)
    group = caller.call("groups.create", name="makers")
    caller.call("groups.assign_role", id=str(group.id), role="designer")
    caller.call("groups.add_member", id=str(group.id), user="both@example.org")

    report = caller.call("compliance.report")

    assert of(report, "dev@example.org").roles == [Role.DEVELOPER]
    both = of(report, "both@example.org")
    assert set(both.roles) == {Role.VIEWER, Role.DESIGNER}
    assert both.permissions == {
        name: level(name, both.roles).value
        for name, rule in PERMISSIONS.items()
        if not (rule.own or rule.public or rule.system_admin_only) and level(name, both.roles) > level(name, [])
    }
    assert "queries:run" in both.permissions
    assert "connectors:write" not in both.permissions


def test_the_report_says_who_did_what_how_often_and_was_refused(workbench, caller):
    """Counts of the month by operation and outcome, in person and by a token; another month has none of it."""
    viewer = somebody(workbench, "vera@example.org", Role.VIEWER)
    for _ in range(2):
        with pytest.raises(NotPermitted):
            viewer.call("members.list")
    admin = somebody(workbench, "ada@example.org", Role.ADMIN)
    text = admin.call("tokens.create", name="ci").token
    program = local_caller(workbench, principal=lambda db: service.token_principal(db, text))
    program.call("invitations.create", **NEW)

    report = caller.call("compliance.report")

    assert [row.model_dump() for row in of(report, "vera@example.org").did] == [
        {"operation": "members.list", "done": 0, "denied": 2, "failed": 0}
    ]
    ada = of(report, "ada@example.org")
    assert [(row.operation, row.done) for row in ada.did] == [("invitations.create", 1)]
    assert [token.name for token in ada.tokens] == ["ci"]
    assert text not in report.model_dump_json()
    assert [(change.operation, change.target_type) for change in report.changes] == [("invitations.create", None)]
    before = caller.call("compliance.report", month="2025-02")
    assert (before.changes, of(before, "ada@example.org").did) == ([], [])
    assert [person.name for person in before.people if person.user_id is None] == []


def test_who_left_and_who_is_disabled_are_told(workbench, caller):
    """Somebody without a role any more stands in the report of the month in which she did something."""
    gone = somebody(workbench, "gone@example.org", Role.ADMIN)
    gone.call("invitations.create", **NEW)
    caller.call("members.remove", user="gone@example.org")
    somebody(workbench, "out@example.org", Role.VIEWER)
    team.disable(workbench, "out@example.org")

    report = caller.call("compliance.report")

    left = of(report, "gone@example.org")
    assert (left.roles, left.permissions, [row.operation for row in left.did]) == ([], {}, ["invitations.create"])
    assert of(report, "out@example.org").disabled_at is not None
    assert "members.remove" in [change.operation for change in report.changes]
    assert "gone@example.org" not in {
        person.name for person in caller.call("compliance.report", month="2025-02").people
    }


def test_the_last_time_somebody_signed_in_is_told(workbench, caller):
    """By the trail, since sessions are forgotten; who never did has none."""
    accounts.account(workbench)
    began = now()
    service.open_session(accounts.visitor(workbench), accounts.NAME, accounts.PASSWORD)
    somebody(workbench, "never@example.org", Role.VIEWER)

    report = caller.call("compliance.report")

    assert began <= of(report, accounts.NAME).last_signed_in_at <= now()
    assert of(report, "never@example.org").last_signed_in_at is None


def test_a_month_is_one_of_the_workspaces_time_zone():
    """It begins and ends at midnight there, also over the change of the year and of the clocks."""
    name, since, until = compliance._bounds("2025-12", "Europe/Vienna")
    assert name == "2025-12"
    assert since == datetime(2025, 11, 30, 23, tzinfo=UTC)
    assert until == datetime(2025, 12, 31, 23, tzinfo=UTC)
    _, since, until = compliance._bounds("2026-03", "Europe/Vienna")
    assert until.astimezone(UTC) - since.astimezone(UTC) == timedelta(days=31) - timedelta(hours=1)
    assert compliance._bounds(None, "Pacific/Auckland")[0] == f"{now().astimezone(ZoneInfo('Pacific/Auckland')):%Y-%m}"


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "0000-01", "yesterday"])
def test_what_is_no_month_is_refused(caller, month):
    """A month is a year and a number of two digits."""
    with pytest.raises(Invalid):
        caller.call("compliance.report", month=month)


def test_the_sheet_says_the_same_and_is_on_record(workbench, caller):
    """One line for each person, and the export itself stands in the trail."""
    somebody(workbench, "ada@example.org", Role.ADMIN).call("invitations.create", **NEW)
    report = caller.call("compliance.report")

    rows = lines(caller)

    assert [row["name"] for row in rows] == [person.name for person in report.people]
    (ada,) = [row for row in rows if row["name"] == "ada@example.org"]
    assert (ada["roles"], ada["done"], ada["did"]) == ("admin", "1", "invitations.create 1")
    assert "audit:read W" in ada["permissions"].split("; ")
    assert caller.call("audit.list").items[0].operation == "compliance.export"


def test_a_name_is_never_a_formula(workbench, caller):
    """What somebody calls herself is shown by a spreadsheet and not calculated."""
    user = team.person(workbench, "eve@example.org", Role.VIEWER)
    with workbench.unit_of_work() as db:
        db.get_one(User, user).display_name = "@SUM(1+1)*cmd|' /C calc'!A0"

    (eve,) = [row for row in lines(caller) if row["name"] == "eve@example.org"]

    assert eve["display_name"] == "'@SUM(1+1)*cmd|' /C calc'!A0"


@pytest.mark.parametrize("role", Role)
def test_admins_and_executives_see_the_report_and_nobody_else(workbench, role):
    """The table's row of `compliance:report`, through both doors."""
    person = somebody(workbench, "p@example.org", role)
    if role in (Role.ADMIN, Role.EXECUTIVE):
        assert of(person.call("compliance.report"), "p@example.org").roles == [role]
        assert lines(person)
        return
    for ask in (lambda: person.call("compliance.report"), lambda: lines(person)):
        with pytest.raises(NotPermitted):
            ask()


def test_another_workspace_is_not_in_it(workbench, caller):
    """Its people, tokens and actions are nobody's business here."""
    team.workspace(workbench, "beyond")
    user = team.person(workbench, "far@example.org", Role.ADMIN, workspace="beyond")
    team.token(workbench, user, workspace="beyond")
    there = local_caller(
        workbench, "beyond", principal=lambda db: service.principal_of(db, db.get_one(User, user), "session", "far")
    )
    there.call("invitations.create", **NEW)

    report = caller.call("compliance.report")

    assert "far@example.org" not in report.model_dump_json()
    assert report.changes == []
