"""What each kind of card shows of a table, and how filters narrow it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pyarrow as pa
import pytest

from tests.factories.boards import FLIGHTS, asked, card, delays
from tests.factories.people import caller_of, principal
from tests.factories.store import write
from workbench.core.errors import Invalid, NotFound
from workbench.core.permissions import Role
from workbench.domains.dashboards.service import answers as keeping
from workbench.domains.dashboards.service.answers import EACH, answers


@pytest.fixture(autouse=True)
def table(caller):
    """The small table that cards are over."""
    write(caller, "delays", delays())


SHARE = {"how": "sum", "column": "late", "per": "flights"}


@pytest.mark.parametrize(
    ("found", "value", "rows"),
    [
        (card("kpi"), 4, []),
        (card("kpi", value=SHARE), pytest.approx(6 / 21), []),
        (card("kpi", value={"how": "distinct", "column": "carrier"}), 2, []),
        (card("kpi", value={"how": "mean", "column": "delay"}), 3.0, []),
        (card("kpi", value={"how": "median", "column": "delay"}), 3.0, []),
        (card("kpi", value={"how": "mean", "column": "delay", "weight": "flights"}), pytest.approx(45 / 19), []),
        (card("kpi", value={"how": "max", "column": "day"}), "2013-01-02", []),
        (card("kpi", value=FLIGHTS, over="day"), 21.0, [["2013-01-01", 15.0], ["2013-01-02", 6.0]]),
        (card("time_series", over="day", value=FLIGHTS), None, [["2013-01-01", 15.0], ["2013-01-02", 6.0]]),
        (card("time_series", over="day", every="month", value=FLIGHTS), None, [["2013-01-01", 21.0]]),
        (
            card("time_series", over="day", value=FLIGHTS, split="carrier"), None,
            [["2013-01-01", "AA", 10.0], ["2013-01-01", "UA", 5.0], ["2013-01-02", "AA", 4.0]],
        ),
        (card("bar", by="carrier", order="name"), None, [["AA", 2], ["UA", 1], [None, 1]]),
        (card("bar", by={"column": "day", "part": "weekday"}, value=FLIGHTS), None, [[2, 15.0], [3, 6.0]]),
        (
            card("heat_map", across="day", down="carrier", value=FLIGHTS), None,
            [["2013-01-01", "AA", 10.0], ["2013-01-02", "AA", 4.0], ["2013-01-01", "UA", 5.0],
             ["2013-01-02", None, 2.0]],
        ),
        (
            card("table", columns=["carrier", "delay"], sort="delay", descending=True), None,
            [[None, None], ["AA", 5.0], ["UA", 3.0], ["AA", 1.0]],
        ),
        (card("filter", column="carrier"), None, [["AA", 2], ["UA", 1], [None, 1]]),
        (card("filter", column="day", control="dates"), None, [["2013-01-01", "2013-01-02"]]),
        (card("filter", column="late", control="numbers"), None, [[1.0, 2.0]]),
        (card("text", text="<b>words</b>"), None, []),
    ],
)  # fmt: skip
def test_what_a_card_shows(caller, found, value, rows):
    """Numbers that are none count for nothing; what is empty is a group of its own."""
    [shown] = asked(caller, found)

    assert (shown.trouble, shown.value, shown.rows) == (None, value, rows)


@pytest.mark.parametrize(
    ("narrowed", "flights"),
    [
        ({"carrier": {"any_of": ["AA"]}}, 14.0),
        ({"carrier": {"any_of": ["AA", None]}}, 16.0),
        ({"carrier": {"any_of": []}}, None),
        ({"day": {"least": "2013-01-02"}}, 6.0),
        ({"day": {"most": "2013-01-01"}, "carrier": {"any_of": ["UA"]}}, 5.0),
        ({"flights": {"least": 4.5, "most": 9}}, 5.0),
        ({"no_such_column": {"any_of": ["x"]}}, 21.0),
        ({"flights": {"least": "2013-01-01"}}, 21.0),
        ({"day": {"least": 3}}, 21.0),
    ],
)
def test_filters_narrow_the_cards_that_have_the_column(caller, narrowed, flights):
    """Values, gaps and ranges; what a card does not have, or has as another kind of thing, leaves it as it is."""
    [shown] = asked(caller, card("kpi", value=FLIGHTS), filters=narrowed)

    assert (shown.trouble, shown.value) == (None, flights)


@pytest.mark.parametrize("narrowed", [{}, {"least": "soon"}, {"least": float("inf")}, {"any_of": [["x"]]}])
def test_a_filter_that_says_nothing_is_refused(caller, narrowed):
    """What is no value and no end of a range is not taken for one."""
    with pytest.raises(Invalid):
        asked(caller, card("kpi"), filters={"carrier": narrowed})


def test_filters_have_a_length_together(caller):
    """They are part of a statement: what would make it a megabyte is refused before it is read."""
    long = {f"c{number}": {"any_of": [f"{place:03}" * 300 for place in range(20)]} for number in range(4)}
    with pytest.raises(Invalid) as error:
        asked(caller, card("kpi"), filters=long)

    assert "more than 65,536 characters together" in str(error.value.errors)


def test_one_person_takes_not_all_the_turns(workbench, caller, workspace):
    """Who asks much waits for her own, and is refused beyond; others, and what was answered, are there meanwhile."""
    filters = [{"carrier": {"any_of": [carrier]}} for carrier in ("UA", "AA", "US")]
    [kept] = asked(caller, card("kpi"))
    holder, another = caller.context().holder, caller_of(workbench, principal(workspace.id, Role.DEVELOPER))
    with ThreadPoolExecutor(1) as thread, ExitStack() as hers:
        for _ in range(EACH):
            hers.enter_context(answers(workbench)._turns.turn(holder))
        waiting = thread.submit(asked, caller, card("kpi"), filters=filters[0])
        while not answers(workbench)._turns._waiting:
            time.sleep(0.01)

        [refused] = asked(caller, card("kpi"), filters=filters[1])
        assert "You have 3 questions of dashboards under way already" in refused.trouble.detail
        assert asked(caller, card("kpi"))[0].value == kept.value
        assert asked(another, card("kpi"), filters=filters[2])[0].trouble is None
        assert not waiting.done()
        hers.close()
        assert waiting.result(30)[0].trouble is None


def test_answers_are_kept_by_what_they_weigh(workbench, caller, monkeypatch):
    """However few their values are: the latest stay while there is room, and one that is too heavy never does."""
    monkeypatch.setattr(keeping, "KEPT_BYTES", 1_000_000)
    ctx = caller.context()

    def ask(number, letters=400_000):
        return answers(workbench).rows(ctx, f"SELECT {number} AS n, repeat('x', {letters}) AS text", None)

    first = ask(1)
    assert ask(1) is first
    ask(2), ask(3)
    assert ask(1) is not first
    assert ask(4, 3_000_000) is not ask(4, 3_000_000)


def test_more_than_is_shown_is_said(caller):
    """A card that has more rows than it shows says so."""
    [shown] = asked(caller, card("bar", by="carrier", value=FLIGHTS, top=1))

    assert (shown.rows, shown.truncated) == ([["AA", 14.0]], True)


def test_days_are_those_of_the_workspace(workbench, caller, workspace):
    """A moment belongs to the day that the workspace's clocks show."""
    import datetime as dt

    from workbench.domains.access.models import Workspace

    moments = pa.array([dt.datetime(2013, 1, 1, 2, tzinfo=dt.UTC)], pa.timestamp("us", "UTC"))
    write(caller, "moments", pa.table({"at": moments}))
    with workbench.unit_of_work() as db:
        db.get_one(Workspace, workspace.id).timezone = "America/New_York"

    [series, hours] = asked(
        caller,
        card("time_series", over="at", source={"table": "moments"}),
        card("bar", by={"column": "at", "part": "hour"}, source={"table": "moments"}),
    )

    assert (series.rows, hours.rows) == ([["2012-12-31", 1]], [[21, 1]])


def test_a_card_that_fails_leaves_the_others_standing(caller):
    """The trouble of one card is told in it, and one card can be asked for alone."""
    good, bad = card("kpi", value=FLIGHTS), card("bar", by="gone", source={"table": "gone"})
    shown = asked(caller, good, bad)

    assert (shown[0].value, shown[0].trouble) == (21.0, None)
    assert shown[1].trouble.code == "table_not_found"
    assert [one.id for one in asked(caller, good, bad, card="kpi")] == ["kpi"]
    with pytest.raises(NotFound, match="no card 'pie'"):
        asked(caller, good, card="pie")
