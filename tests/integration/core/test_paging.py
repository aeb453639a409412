"""Pages together are the whole list, whatever is in it and however it is sorted."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from tests.integration.jupyter_ext import toys
from workbench.core.errors import Invalid
from workbench.core.paging import paginate

pytestmark = pytest.mark.usefixtures("any_database")
NAMES = st.lists(st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True), unique=True, max_size=25)
CALM = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def fill(bench, owner, names):
    """Make things of these names and no other."""
    with bench.unit_of_work() as db:
        db.execute(delete(toys.Thing))
        for name in names:
            db.add(toys.Thing(workspace_id=next(iter(owner.roles)), owner_id=owner.user_id, name=name))


def pages(caller, **asked):
    """All pages of a list."""
    found, cursor = [], None
    while True:
        page = caller.call("things.list", **asked, **({"cursor": cursor} if cursor else {}))
        found.append([item.name for item in page.items])
        cursor = page.next
        if cursor is None:
            return found


@CALM
@given(names=NAMES, limit=st.integers(1, 10), order=st.sampled_from(["name", "-name", "created_at", "-created_at"]))
def test_pages_are_the_list(bench, owner, toys_caller, names, limit, order):
    """Each page but the last is full, none repeats or drops anything, and all are in order."""
    fill(bench, owner, names)

    found = pages(toys_caller, limit=limit, sort=order)

    everything = [name for page in found for name in page]
    assert sorted(everything) == sorted(names)
    assert all(len(page) == limit for page in found[:-1])
    if order.endswith("name") and bench.database.is_sqlite:  # PostgreSQL sorts by the language's rules
        assert everything == sorted(names, reverse=order.startswith("-"))


@CALM
@given(names=NAMES, part=st.sampled_from(["a", "_", "%", "\\", "b0", "A"]))
def test_a_search_takes_its_text_as_it_is(bench, owner, toys_caller, names, part):
    """Wildcards of SQL mean themselves, and case does not matter."""
    fill(bench, owner, names)

    found = [name for page in pages(toys_caller, limit=3, q=part, sort="name") for name in page]

    assert sorted(found) == sorted(name for name in names if part.lower() in name)


def test_a_list_without_texts_refuses_a_search(bench):
    """A search that nothing could answer is refused, not passed over."""
    with bench.read() as db, pytest.raises(Invalid) as error:
        paginate(
            db, select(toys.Thing), toys.ListThings(q="a"), view=lambda row: row, key=toys.Thing.id,
            sort={"created_at": toys.Thing.created_at},
        )  # fmt: skip

    assert error.value.errors == [{"pointer": "/q", "message": "not for this list"}]


def test_what_is_added_meanwhile_shifts_no_page(bench, owner, toys_caller):
    """A thing that appears before the cursor does not make the next page repeat one."""
    fill(bench, owner, ["b", "c", "d", "e"])
    first = toys_caller.call("things.list", limit=2, sort="name")
    toys_caller.call("things.create", name="a")

    second = toys_caller.call("things.list", limit=2, sort="name", cursor=first.next)

    assert [item.name for item in second.items] == ["d", "e"]


def encoded(value):
    """A cursor made by hand."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense", "é", "a" * 41, encoded({}), encoded([]), encoded(["name", 1, 2]), encoded(["-name", "a", "b"]),
        encoded(["name", {"$gt": 1}, "01a20435-6dac-706c-bf32-3cf94533436f"]), encoded("[" * 5000),
        encoded(["name", None, None]), encoded(["name", 7, "01a20435-6dac-706c-bf32-3cf94533436f"]),
    ],
)  # fmt: skip
def test_a_cursor_that_was_not_given_out_is_refused(toys_caller, cursor):
    """Whatever a cursor holds, the answer is a clear refusal."""
    with pytest.raises(Invalid, match="cursor"):
        toys_caller.call("things.list", sort="name", cursor=cursor)


@pytest.mark.parametrize("moment", ["2026-01-01T00:00:00", "yesterday", 7, None])
def test_a_moment_in_a_cursor_is_one(toys_caller, moment):
    """A cursor by time holds a moment with its zone."""
    cursor = encoded(["-created_at", moment, "01a20435-6dac-706c-bf32-3cf94533436f"])

    with pytest.raises(Invalid, match="cursor"):
        toys_caller.call("things.list", cursor=cursor)


@given(cursor=st.text(max_size=60))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_is_a_cursor_by_chance(toys_caller, cursor):
    """Text that is no cursor is refused, never a fault of ours."""
    if cursor:
        with pytest.raises(Invalid):
            toys_caller.call("things.list", cursor=cursor)
