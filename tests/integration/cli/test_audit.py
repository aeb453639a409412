"""The audit trail from a shell."""

from __future__ import annotations

import csv
import json


def test_the_trail_is_listed_exported_and_verified(cli, tmp_path):
    """What one did by the command line is in the list, in both files and in one's own activity, and the chain holds."""
    assert cli("invitations", "create", "--email", "new@example.org", "--roles", "viewer").code == 0

    (listed,) = cli("audit", "list", "--operation", "invitations.*", "--surface", "cli", "--json").json["items"]
    assert cli("audit", "export", "--operation", "invitations.*", "--output", "trail.csv").code == 0
    assert cli("audit", "export", "--format", "jsonl", "--output", "trail.jsonl").code == 0
    (mine,) = cli("activity", "list", "--operation", "invitations.create", "--json").json["items"]

    with (tmp_path / "trail.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["sequence"], json.loads(row["detail"])) == (str(listed["sequence"]), listed["detail"])
    lines = [json.loads(line) for line in (tmp_path / "trail.jsonl").read_text().splitlines()]
    assert [line["operation"] for line in lines] == ["invitations.create", "audit.export"]
    assert mine["correlation_id"] == listed["correlation_id"]
    assert cli("audit", "verify", "--json").json["intact"] is True


def test_the_report_of_access_is_shown_and_written(cli, tmp_path):
    """One's own line is in the report and in the file; what is no month is told."""
    assert cli("invitations", "create", "--email", "new@example.org", "--roles", "viewer").code == 0

    (me,) = cli("compliance", "report", "--json").json["people"]
    assert cli("compliance", "export", "--output", "access.csv").code == 0

    with (tmp_path / "access.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (me["roles"], row["roles"], row["name"]) == (["admin"], "admin", me["name"])
    assert "invitations.create 1" in row["did"]
    said = cli("compliance", "report", "--month", "May")
    assert (said.code, "month" in said.err) == (2, True)
