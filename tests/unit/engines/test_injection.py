"""Parameters on their way into a notebook."""

from __future__ import annotations

import ast
import datetime as dt
import keyword
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.errors import Invalid
from workbench.engines.injection import Moment, cell_source, check, plain

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text("abc'\"\\\n", max_size=5), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "import os; os.system('id') #",
        "a b", "a.b", "a=1;b", "", "1a", "a\nb", "class", "None", "lambda", "a-b", "a[0]",
        "x" * 201, "a\u2028b",
    ],
)  # fmt: skip
def test_a_name_cannot_be_code(name: str):
    """Whatever is not a plain name is refused, with a pointer to it."""
    with pytest.raises(Invalid) as refusal:
        check({name: 1})

    assert refusal.value.code == "bad_parameters"
    assert refusal.value.errors[0]["pointer"].startswith("/parameters/")


@given(st.text(max_size=30))
def test_only_identifiers_pass(name: str):
    """A name that passes is an identifier and no keyword, so that an assignment to it is all that it can be."""
    try:
        check({name: 1})
    except Invalid:
        return
    assert name.isidentifier()
    assert not keyword.iskeyword(name)
    assert [type(statement) for statement in ast.parse(f"{name} = 1").body] == [ast.Assign]


@pytest.mark.parametrize("name", ["list", "print", "__builtins__", "__name__"])
def test_pythons_own_names_need_a_declaration(name: str):
    """A parameter may only hide a builtin where the notebook has declared it."""
    with pytest.raises(Invalid, match="Python's own"):
        check({name: 1})
    check({name: 1}, declared={name})


def test_other_languages_get_plain_letters_only():
    """What is an identifier in Python may be code in a shell; what Python uses itself is any name elsewhere."""
    check({"größe": 1})
    with pytest.raises(Invalid):
        check({"größe": 1}, python=False)
    check({"type": 1, "lambda": 2}, python=False)


@pytest.mark.parametrize(
    "value",
    [
        float("nan"), float("inf"), 10**400, {1: 2}, object(), b"x", {"a": [float("nan")]}, "a\0b", "\ud800",
        "x" * (1024 * 1024 + 1), {1, 2},
    ],
)  # fmt: skip
def test_values_are_json(value: object):
    """What JSON, a database and other languages cannot hold is refused."""
    with pytest.raises(Invalid):
        check({"a": value})


def test_nesting_has_an_end():
    """A value nested a thousand deep is refused instead of exhausting the stack."""
    value: object = 1
    for _ in range(1000):
        value = [value]
    with pytest.raises(Invalid, match="nested"):
        check({"a": value})


def test_every_wrong_parameter_is_named():
    """One refusal speaks of all that is wrong."""
    with pytest.raises(Invalid) as refusal:
        check({"a b": 1, "good": 1, "c": object()})

    assert [error["pointer"] for error in refusal.value.errors] == ["/parameters/a b", "/parameters/c"]


@given(st.dictionaries(st.from_regex(re.compile(r"[a-z]{2,8}_"), fullmatch=True), json_values, max_size=5))
def test_python_reads_back_what_was_given(parameters: dict):
    """The injected cell assigns exactly the given values, whatever quotes and signs are in them."""
    found: dict = {}
    exec(cell_source(parameters, "python3", "python"), found)

    assert {name: found[name] for name in parameters} == parameters


def test_dates_become_dates():
    """A moment is made by the class as the notebook calls it, or by one that needs no import."""
    source = cell_source(
        {
            "day": Moment(dt.date(2024, 3, 1), "dt.date"),
            "plain": dt.date(2024, 3, 2),
            "several": [Moment(dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC))],
        },
        "python3",
        "python",
    )
    found: dict = {"dt": dt}
    exec(source, found)

    assert found["day"] == dt.date(2024, 3, 1)
    assert found["plain"] == dt.date(2024, 3, 2)
    assert found["several"] == [dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC)]
    assert 'day = dt.date.fromisoformat("2024-03-01")' in source


def test_the_spelling_of_a_class_cannot_be_code():
    """The name of a date's class comes from a notebook and goes into a cell."""
    with pytest.raises(ValueError, match="not the name of a class"):
        Moment(dt.date(2024, 1, 1), "os.system('id') or date")


@pytest.mark.parametrize(
    ("kernel", "language", "expected"),
    [
        ("julia-1.10", "julia", 'a = "\\$(run(`id`))"\n'),
        (".net-powershell", "PowerShell", "$a = '$(run(`id`))'\n"),
        ("ir", "R", 'a = "$(run(`id`))"\n'),
        ("bash", "bash", "a='$(run(`id`))'\n"),
    ],
)
def test_text_stays_text_in_other_languages(kernel: str, language: str, expected: str):
    """A dollar is code within quotes in Julia and PowerShell; papermill's translators let it through."""
    assert expected in cell_source({"a": "$(run(`id`))"}, kernel, language)


def test_powershell_takes_curly_quotes_for_quotes():
    """All of PowerShell's quotes are doubled."""
    assert "$a = '’’ + $(id) + ‘‘ ''x'''" in cell_source({"a": "’ + $(id) + ‘ 'x'"}, ".net-powershell", "powershell")


def test_a_language_without_a_translator_is_named():
    """Parameters for a language that papermill cannot write are refused before anything runs."""
    with pytest.raises(Invalid, match="'cobol'"):
        cell_source({"a": 1}, "cobol", "cobol")


def test_moments_are_recorded_as_text():
    """The output's metadata hold JSON."""
    assert plain({"a": [Moment(dt.date(2024, 1, 2))], "b": dt.date(2024, 1, 3), "c": 1}) == {
        "a": ["2024-01-02"],
        "b": "2024-01-03",
        "c": 1,
    }
