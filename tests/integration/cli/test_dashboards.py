"""Dashboards from the command line: a file becomes one, and comes back out of it."""

from __future__ import annotations

from tests.factories.boards import delays
from tests.factories.store import write

DOCUMENT = """\
title: Delays
cards:
- id: carriers
  kind: bar
  title: Flights by carrier
  at: {x: 0, y: 0, w: 6, h: 6}
  source: {table: delays}
  by: carrier
  value: {how: sum, column: flights}
"""


def test_a_document_in_a_file_becomes_a_dashboard(cli, caller, tmp_path):
    """It is made of YAML, listed, published, shown with its data, exported, and written back as it was."""
    write(caller, "delays", delays())
    (tmp_path / "delays.yaml").write_text(DOCUMENT)

    made = cli("dashboards", "create", "@delays.yaml", "--json")
    assert (made.code, made.json["name"], made.json["page"]) == (0, "delays", "d/delays")
    assert "delays" in cli("dashboards", "list").out
    assert cli("dashboards", "publish", "delays", "--roles", "viewer", "--json").json["publisher"].startswith("user:")
    narrowed = cli("dashboards", "data", "delays", "--filters", '{"carrier": {"any_of": ["AA"]}}', "--json").json
    assert narrowed["cards"][0]["rows"] == [["AA", 14.0]]
    assert (
        cli("dashboards", "export", "delays", "carriers", "--output", "-").out.splitlines()[0] == "carrier,sum_flights"
    )
    assert cli("dashboards", "document", "delays", "1", "--output", "-").out == DOCUMENT


def test_a_file_that_is_no_document_says_where(cli, tmp_path):
    """A broken file is refused with the place and what would be right."""
    (tmp_path / "wrong.yaml").write_text(DOCUMENT.replace("bar", "pie"))

    said = cli("dashboards", "create", "@wrong.yaml")

    assert said.code == 2
    assert "/document/cards/0" in said.err
