"""Templates, filled in."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domains.pipelines.service import templates
from workbench.domains.pipelines.service.notebooks import parse_notebook
from workbench.engines.declarations import tagged_cells

SOURCE = (
    'größe: str = "ä"  # How large, ä\nmany: list[int] = [\n    1,\n    2,\n]\nneeded: str  # No default\nlast = 1\n'
)
TEXTS = st.text(max_size=40)


def test_six_are_shipped_each_with_a_form_that_explains_itself():
    """Every template has a title, a description and a form whose fields all have a help text, and runs parameters."""
    known = templates.shipped()

    assert sorted(known) == [
        "ingest_api", "ingest_database", "ingest_files", "join_and_aggregate", "kpi_dashboard", "quality_report",
    ]  # fmt: skip
    for one in known.values():
        assert one.title
        assert one.description
        assert all(field["description"] for field in one.form["properties"].values())
        assert len(tagged_cells(one.notebook)) == 1


@given(TEXTS, st.lists(st.integers(), max_size=4), TEXTS, st.floats(allow_nan=False, allow_infinity=False))
def test_values_are_literals_whatever_they_are(size, many, needed, last):
    """The filled cell assigns exactly what was given, keeps its comments, and holds no other code."""
    values = {"größe": size, "many": many, "needed": needed, "last": last}

    filled = templates.with_values(SOURCE, values)

    tree = ast.parse(filled)
    assert {node.target.id if isinstance(node, ast.AnnAssign) else node.targets[0].id for node in tree.body} == {
        *values
    }
    found: dict[str, object] = {}
    exec(filled, found)
    assert {name: found[name] for name in values} == values
    assert "# How large, ä" in filled
    assert "# No default" in filled


def test_what_was_not_given_stays():
    """Only given values are written."""
    assert templates.with_values(SOURCE, {"last": 2}) == SOURCE.replace("last = 1", "last = 2")


def test_a_filled_template_is_an_ordinary_notebook_that_says_what_it_touches():
    """Its form's cell loses the tag, and the names in braces become what was filled in."""
    chosen = templates.template("join_and_aggregate")
    values = {"left": "orders", "group_by": ["country"], "target": "by_country"}

    made = templates.filled(chosen, values, title="By country")

    import json

    notebook = parse_notebook(json.dumps(made))
    assert tagged_cells(notebook, templates.TAG) == []
    assert notebook.metadata.workbench["reads"] == ["orders"]
    assert notebook.metadata.workbench["writes"] == ["by_country"]
    assert notebook.metadata.workbench["title"] == "By country"


def test_an_unknown_template_is_answered_with_the_one_that_was_meant():
    """A mistyped name gets a hint."""
    with pytest.raises(templates.NotFound) as refusal:
        templates.template("ingest_fles")

    assert refusal.value.fix == "Did you mean 'ingest_files'?"
