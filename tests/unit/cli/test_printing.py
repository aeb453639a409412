"""What people read is theirs: aligned, plain, and without what would steer their terminal."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.cli import printing
from workbench.core.errors import Conflict
from workbench.core.permissions import Role
from workbench.core.schemas import Page, View
from workbench.display import clean


class Thing(View):
    """A thing."""

    id: UUID
    name: str
    at: datetime
    size: float | None = None
    tags: list[str] = []  # noqa: RUF012 - pydantic copies it


THING = Thing(id=UUID(int=1), name="a", at=datetime(2026, 1, 2, tzinfo=UTC), size=1.5, tags=["x", "y"])


def test_a_page_is_a_table(capsys):
    """Columns that say something are aligned; where there is more, standard error says how to get it."""
    printing.reply(Page[Thing](items=[THING, THING.model_copy(update={"name": "longer"})], next="abc"), as_json=False)

    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].split() == ["id", "name", "at", "size", "tags"]
    assert lines[1].split() == [str(UUID(int=1)), "a", "2026-01-02T00:00:00Z", "1.5", "x,", "y"]
    assert lines[1].index("2026") == lines[2].index("2026")
    assert err == "More: add --limit N.\n"


def test_an_object_is_a_field_a_line(capsys):
    """Fields are named and aligned."""
    printing.reply(THING, as_json=False)

    assert capsys.readouterr().out.splitlines()[1] == "name  a"


def test_json_is_exactly_one_document(capsys):
    """What a program reads is one document of what REST would answer."""
    printing.reply(Page[Thing](items=[THING]), as_json=True)

    out, err = capsys.readouterr()
    assert json.loads(out) == json.loads(Page[Thing](items=[THING]).model_dump_json())
    assert err == ""


def test_nothing_is_said_to_be_nothing(capsys):
    """An empty list prints no table and says so on standard error."""
    printing.reply(Page[Thing](items=[]), as_json=False)

    assert capsys.readouterr() == ("", "Nothing.\n")


@pytest.mark.parametrize("as_json", [False, True])
def test_an_error_says_what_how_and_which(capsys, as_json):
    """What, fix and id are on standard error; with --json standard output has the problem document."""
    error = Conflict("It is taken.", fix="Choose another.", code="taken")
    error.correlation_id = "c0ffee"

    code = printing.failure(error, as_json=as_json)

    out, err = capsys.readouterr()
    assert code == 5
    assert err == "Error: It is taken.\nFix:   Choose another.\nId:    c0ffee\n"
    assert (json.loads(out)["code"] if as_json else out) == ("taken" if as_json else "")


@given(text=st.text())
def test_no_text_steers_the_terminal(text):
    """Escape sequences and writing direction are made visible; ordinary text of any script is kept."""
    shown = clean(text)

    assert "\x1b" not in shown
    assert not any(ord(char) < 32 and char not in "\n\t" for char in shown)
    if text.isalnum():
        assert shown == text


def test_wide_values_stay_on_one_line(capsys):
    """A line break within a value does not break the table."""
    printing.table([{"a": "one\ntwo", "b": {"x": 1}}], columns=["a", "b"])

    assert capsys.readouterr().out.splitlines()[1].split("  ") == ["one\\ntwo", '{"x": 1}']


class Named(Thing):
    """A thing whose list is declared."""

    listed: ClassVar = ("thing=id", "tags", "size", "when=at", "took")
    inner: dict[str, int] = {}  # noqa: RUF012 - pydantic copies it

    @property
    def took(self) -> timedelta:
        """How long it took."""
        return timedelta(seconds=125)


def named(number):
    """A thing with an id that ends with a number."""
    return Named(id=UUID(f"{number:032x}"), name="a", at=datetime(2001, 1, 2).astimezone(), size=1.5, tags=["x", "y"])


def test_a_list_has_the_columns_that_its_view_names(capsys):
    """Also where all have no value, and in the words of people: short ids, minutes, local time; a list of one too."""
    printing.reply(Page[Named](items=[named(1 << 100)]), as_json=False)

    assert capsys.readouterr().out.splitlines() == [
        "thing          tags  size  when        took",
        "00000010-0000  x, y  1.5   2001-01-02  2 min 5 s",
    ]


def test_ids_that_begin_alike_are_shown_longer(capsys):
    """As many characters are shown as tell the ids of the page apart."""
    printing.reply(Page[Named](items=[named(1), named(0x10), named(2 << 100)]), as_json=False)

    shown = [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]]
    assert [len(one) for one in shown] == [35, 35, 35]


def test_a_list_that_declares_nothing_shows_no_structure(capsys):
    """Objects without a name are left to `show` and --json."""
    things = [named(1).model_copy(update={"inner": {"a": 1}})] * 2
    printing.table([one.model_dump(mode="json") for one in things])

    assert "inner" not in capsys.readouterr().out.splitlines()[0]


class Several(View):
    """A reply that holds things whose list is declared."""

    things: list[Named]


def test_things_within_a_reply_have_the_columns_that_their_view_names(capsys):
    """So what is shown only once, as a link is, is not cut off behind other columns."""
    printing.reply(Several(things=[named(1 << 100)]), as_json=False)

    assert capsys.readouterr().out.splitlines() == [
        "things:",
        "  thing          tags  size  when        took",
        "  00000010-0000  x, y  1.5   2001-01-02  2 min 5 s",
    ]


def test_an_error_among_the_fields_says_what_it_is():
    """Its kind alone tells nobody why a run failed."""
    assert printing.text_of({"name": "Invalid", "message": "no rows", "cell": 3}) == "Invalid: no rows"


class Member(View):
    """A thing whose verbs take its whole id."""

    listed: ClassVar = ("id", "roles")

    id: UUID
    roles: list[Role]


def test_what_is_headed_id_can_be_passed_on(capsys):
    """Verbs that take no part of an id are shown all of it, and roles are written as they are typed."""
    printing.reply(Page[Member](items=[Member(id=UUID(int=1), roles=[Role.VIEWER])]), as_json=False)

    assert capsys.readouterr().out.splitlines()[1].split() == [str(UUID(int=1)), "viewer"]
