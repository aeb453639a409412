"""What a saved query's document holds, and what its parameters take."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories.queries import document
from workbench.core.errors import Invalid
from workbench.domains.queries.service.documents import SHELF, parse, values_of


def of(*parameters):
    """A document with these parameters."""
    return parse(document("SELECT 1", parameters=list(parameters)))


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("text", "'; DROP TABLE x --", "'; DROP TABLE x --"), ("integer", "7", 7), ("number", "1.5", 1.5),
        ("date", "2013-01-02", date(2013, 1, 2)), ("boolean", "true", True), ("boolean", False, False),
    ],
)  # fmt: skip
def test_values_are_of_their_parameters_types(kind, given, value):
    """What comes as text from a form becomes what the parameter is, and nothing else."""
    found = values_of(of({"name": "p", "type": kind}), {"p": given})

    assert found == {"p": value}
    assert type(found["p"]) is type(value)


@pytest.mark.parametrize(
    ("kind", "given"),
    [("integer", "1.5"), ("integer", 2**63), ("number", "inf"), ("date", "2013-02-30"), ("text", "a\x00b")],
)
def test_what_does_not_fit_is_refused_at_its_place(kind, given):
    """The refusal names the parameter and lists what there is."""
    with pytest.raises(Invalid, match=r"\$p is no") as refused:
        values_of(of({"name": "p", "type": kind}), {"p": given})

    assert refused.value.errors[0]["pointer"] == "/values/p"
    assert refused.value.fix == f"Its parameters are: p ({kind})."


@pytest.mark.parametrize(
    ("kind", "written", "kept"),
    [("integer", "3", 3), ("number", "1.5", 1.5), ("boolean", "false", False), ("date", "2013-01-02", "2013-01-02")],
)
def test_a_default_is_kept_as_what_it_is(kind, written, kept):
    """Whoever writes it in a line of a form means a number, not its digits."""
    [found] = of({"name": "p", "type": kind, "default": written}).parameters

    assert (found.default, type(found.default)) == (kept, type(kept))


def test_what_is_not_given_is_the_default_and_without_one_is_asked_for():
    """A parameter without a default must be given, and one that is not there cannot be."""
    found = of({"name": "a", "default": "x"}, {"name": "b", "type": "integer"})

    assert values_of(found, {"b": 1}) == {"a": "x", "b": 1}
    with pytest.raises(Invalid, match=r"There is no parameter 'c'. \$b must be given"):
        values_of(found, {"c": 1})


@pytest.mark.parametrize(
    "wrong",
    [
        {"parameters": [{"name": "a"}, {"name": "a"}]}, {"parameters": [{"name": "a b"}]},
        {"parameters": [{"name": "a", "type": "date", "default": "soon"}]}, {"chart": {"kind": "pie", "x": "a"}},
        {"sql": ""}, {"files": ["/etc/passwd"]},
    ],
)  # fmt: skip
def test_a_document_says_nothing_that_is_not_known(wrong):
    """Names stand once, defaults fit, and what no query has is refused."""
    with pytest.raises(Invalid, match="does not hold"):
        parse(document() | wrong)


def test_a_document_is_the_same_after_it_was_text():
    """YAML reads a date as one; it is kept as the text that it was."""
    found = of({"name": "since", "type": "date", "default": "2013-01-02"})
    text = "title: Busy\nsql: SELECT $since\nparameters:\n- {name: since, type: date, default: 2013-01-02}\n"

    assert parse(text).parameters == found.parameters
    assert SHELF.kept(parse(text))["parameters"] == [{"name": "since", "type": "date", "default": "2013-01-02"}]
