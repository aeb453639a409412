"""The trail and the report over HTTP: to those who may, within their workspace, whatever was typed into them."""

from __future__ import annotations

import csv
import io
import json

import httpx
import pytest

from tests.factories import team
from workbench.client import Client
from workbench.core.permissions import Role

API = "workbench/api/v1"
HERE = f"{API}/w/default"
DOORS = {
    f"{HERE}/audit": {Role.ADMIN},
    f"{HERE}/audit/export": {Role.ADMIN},
    f"{HERE}/compliance": {Role.ADMIN, Role.EXECUTIVE},
    f"{HERE}/compliance/export": {Role.ADMIN, Role.EXECUTIVE},
    f"{API}/admin/audit/head": set(),
    f"{API}/admin/audit/verify": set(),
}
INJECTED = ["' OR 1=1 --", "%", "_", "*' OR '1'='1", "\\", "audit.list' UNION SELECT * FROM password --"]


@pytest.mark.parametrize("door", DOORS)
def test_nobody_reads_who_may_not(as_somebody, door):
    """Each door opens to the roles of the table, and not one record comes out to anybody else."""
    for role in Role:
        answer = as_somebody(role).get(door)
        assert answer.status_code == (200 if role in DOORS[door] else 403), role
    for outsider in (None, "expired", "disabled"):
        assert as_somebody(outsider).get(door).status_code == 401


def test_ones_own_activity_is_ones_own(as_somebody, people):
    """A Viewer sees what she was refused, and nothing that another person did."""
    for role in (Role.VIEWER, Role.EXECUTOR):
        assert as_somebody(role).get(f"{HERE}/audit").status_code == 403

    rows = as_somebody(Role.VIEWER).get(f"{API}/me/activity").json()["items"]

    assert "audit.list" in {row["operation"] for row in rows}
    assert {row["principal"].partition("/")[0] for row in rows} == {"user:viewer@example.org"}
    for field in ("user_id", "principal"):
        asked = as_somebody(Role.VIEWER).get(f"{API}/me/activity", params={field: str(people[Role.ADMIN])})
        assert asked.status_code == 422, "whose activity is nothing that one may ask for"


def test_a_narrow_token_reads_nothing(team_server, people):
    """An Admin's token for something else opens none of the doors."""
    text = team.token(team_server.workbench, people[Role.ADMIN], "me:read")
    with httpx.Client(base_url=team_server.base, headers={"Authorization": f"Bearer {text}"}) as client:
        for door in (*DOORS, f"{API}/me/activity"):
            assert client.get(door).status_code == 403, door


@pytest.mark.parametrize("text", INJECTED)
@pytest.mark.parametrize("field", ["operation", "principal", "surface", "target_type", "target_id", "correlation_id"])
def test_a_filter_is_never_a_piece_of_sql_or_a_pattern(as_somebody, field, text):
    """Whatever a filter is given, it means that text and finds nothing."""
    given = {field: text[:20]}

    listed = as_somebody(Role.ADMIN).get(f"{HERE}/audit", params=given)
    exported = as_somebody(Role.ADMIN).get(f"{HERE}/audit/export", params=given | {"format": "jsonl"})

    assert (listed.status_code, listed.json()["items"]) == (200, [])
    assert (exported.status_code, exported.content) == (200, b"")


def test_the_files_are_ones_to_keep_and_no_cell_is_a_formula(team_server, as_somebody):
    """A name that somebody chose comes as text, in an attachment that no browser shows."""
    evil = "=cmd|'c calc'!a0@example.org"
    user = team.person(team_server.workbench, evil, Role.VIEWER)
    token = team.token(team_server.workbench, user)
    refused = httpx.get(f"{team_server.base}{HERE}/audit", headers={"Authorization": f"Bearer {token}"})
    assert refused.status_code == 403
    found = {}
    for door, who in (("audit", Role.ADMIN), ("compliance", Role.EXECUTIVE)):
        answer = as_somebody(who).get(f"{HERE}/{door}/export")
        assert answer.headers["Content-Type"] == "text/csv"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        found[door] = list(csv.DictReader(io.StringIO(answer.text, newline="")))

    assert f"'{evil}" in [row["name"] for row in found["compliance"]]
    assert any(evil in row["principal"] for row in found["audit"])
    cells = [cell for rows in found.values() for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_the_client_takes_both_files(team_server, people):
    """What a program asks a server for with a token is the file that the browser gets."""
    text = team.token(team_server.workbench, people[Role.ADMIN])
    with Client(team_server.base, text) as client:
        lines = b"".join(client.stream("audit.export", format="jsonl").content).splitlines()
        report = b"".join(client.stream("compliance.export").content).decode()
        mine = client.call("activity.list", operation="audit.export").items

    assert all(json.loads(line)["hash"] for line in lines)
    assert "admin@example.org" in report
    assert [row.operation for row in mine][:1] == ["audit.export"]
