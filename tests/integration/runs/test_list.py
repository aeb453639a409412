"""The list of runs comes in pages that neither repeat nor leave out, on both databases."""

from __future__ import annotations

import base64
import json

import pytest

from tests.factories.notebooks import plain
from workbench.core.errors import Invalid


@pytest.mark.usefixtures("any_database")
def test_pages_follow_each_other_without_gap_or_double(caller):
    """Seven runs in pages of three, the newest first."""
    made = [caller.call("runs.start_notebook", notebook=plain("1"), title=f"run {n}").id for n in range(7)]

    seen, cursor = [], None
    while True:
        page = caller.call("runs.list", limit=3, cursor=cursor)
        seen += [run.id for run in page.items]
        cursor = page.next
        if cursor is None:
            break

    assert seen == made[::-1]


@pytest.mark.parametrize("place", ["2026-01-01T00:00:00", "yesterday", 7, None, ["x"]])
def test_a_cursor_that_nobody_gave_out_is_refused(caller, place):
    """A moment without a zone, a word, a number: each is told apart from a page that is empty."""
    forged = json.dumps(["-submitted_at", place, "01a20450-b5fc-74dc-84e2-56d700b2a7d2"]).encode()

    with pytest.raises(Invalid, match="does not belong to this list"):
        caller.call("runs.list", cursor=base64.urlsafe_b64encode(forged).decode())


def test_a_list_can_be_narrowed(caller):
    """To what has not ended, to what one submitted, and to ids; an id that nobody knows is no error."""
    first, second = (caller.call("runs.start_notebook", notebook=plain("1"), title=name).id for name in ("one", "two"))
    caller.call("runs.cancel", id=str(first))

    def listed(**fields):
        return [run.id for run in caller.call("runs.list", **fields).items]

    assert listed(active=True) == [second]
    assert listed(mine=True) == [second, first]
    assert listed(ids=[str(first), "01a20450-b5fc-74dc-84e2-56d700b2a7d2"]) == [first]
    assert listed(ids=[]) == []
