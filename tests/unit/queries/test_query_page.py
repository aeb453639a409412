"""The query page asks what was written, and says what came of it."""

from __future__ import annotations

import threading

import duckdb
import pytest

from tests.factories.pages import Answers, opened, text, whole
from tests.factories.query_pages import HOSTILE, LEAST, PAGES, QUERY, rows, saved, version
from workbench.core.clock import now
from workbench.core.errors import Invalid
from workbench.core.ids import new_id
from workbench.core.schemas import Page
from workbench.domains.queries import schemas as s
from workbench.domains.queries.schemas.documents import Chart, Parameter
from workbench.domains.queries.view import results
from workbench.domains.queries.view.query import Query
from workbench.domains.store.schemas import ColumnView, TableView


def written(acts=(), answer=None, query=None, etags=(), history=(), cancel=None, parameters=(LEAST,), chart=None):
    """The query page after some acts, and what it asked; `etags` are those of the saved query each time it is asked."""
    tags = iter(etags)
    table = TableView(
        id=new_id(), name="orders", description="", owner_id=None, etag=1, current_version=3, rows=1200, bytes=4096,
        columns=[ColumnView(name=name, type="BIGINT") for name in ("id", HOSTILE)], updated_at=now(),
        created_at=now(), archived_at=None,
    )  # fmt: skip
    caller = Answers(
        tables_list=Page[TableView](items=[table]), queries_list=Page[s.QueryView](items=[saved(title=HOSTILE)]),
        queries_show=lambda **_: saved(etag=next(tags, 1)), queries_preview=answer,
        queries_show_version=lambda **asked: version(asked["number"], parameters, chart), queries_save=saved(),
        queries_create=saved(name="untitled_query"), queries_history=Page[s.AskedView](items=history),
        queries_forget=s.Forgotten(forgotten=1), queries_cancel=cancel,
    )  # fmt: skip
    page = opened(Query, caller, acts, pages=PAGES, page=QUERY, query=query or {})
    return page, caller.asked


def test_a_question_is_answered_with_its_rows():
    """Columns of one name stay two, what is written is offered as text only, and the address keeps the question."""
    page, asked = written([("ask", [["sql", "SELECT 1"]])], rows("a", "a", given=[["1", HOSTILE]]))

    assert page.answer.object.count('scope="col"') == 2
    assert page.chosen["sql"] == "SELECT 1"
    assert "<script" not in whole(page)
    [preview] = [fields for name, fields in asked if name == "queries.preview"]
    assert (preview["document"]["sql"], preview["limit"]) == ("SELECT 1", 1000)


def test_parameters_are_declared_in_lines_and_asked_with_fields():
    """What is declared has a field at the next look, and is sent by its name."""
    fields = [["sql", "SELECT $least"], ["parameters", "least: integer = 3\nwho"], ["v.least", "5"], ["v.other", "x"]]
    page, asked = written([("ask", fields)], rows("a", given=[["1"]]))

    [preview] = [fields for name, fields in asked if name == "queries.preview"]
    assert preview["values"] == {"least": "5"}
    assert [one["name"] for one in preview["document"]["parameters"]] == ["least", "who"]
    assert 'name="v.who"' in page.editor.object


def test_the_address_takes_parameters_and_values_along():
    """Whoever opens it has them again, is told to press Run, and can copy it; what is too long is left out."""
    fields = [["sql", "SELECT $o"], ["parameters", "o: text = JFK\nwho"], ["v.o", "LGA"]]
    page, _ = written([("ask", fields)], rows("a", given=[["1"]]))
    asked = {name: page.chosen[name] for name in ("sql", "p", "v.o")}

    assert asked == {"sql": "SELECT $o", "p": "o: text = JFK\nwho: text", "v.o": "LGA"}
    assert "Copy link" in text(page.state.object)

    again, _ = written(query=asked)
    assert "o: text = JFK\nwho: text</textarea>" in again.editor.object
    assert 'name="v.o" value="LGA"' in again.editor.object
    assert "Press Run (Ctrl+Enter)" in text(again.answer.object)
    assert "Copy link" in text(again.state.object)

    long, _ = written([("ask", [["sql", "SELECT " + "1" * 4000], *fields[1:]])], rows("a", given=[["1"]]))
    assert [long.chosen[name] for name in asked] == ["", "", ""]
    assert "Copy link" not in text(long.state.object)


def test_a_saved_query_is_in_the_address_only_as_far_as_it_was_changed():
    """Parameters that were taken away stay away."""
    acts = [("ask", [["sql", "SELECT 2"], ["parameters", "least: integer = 0"], ["v.least", "4"]])]
    same, _ = written(acts, rows("a", given=[["1"]]), query={"q": "busy"})
    assert (same.chosen["sql"], same.chosen["p"], same.chosen["v.least"]) == ("", "", "4")
    assert "not saved" not in text(same.state.object)

    without, _ = written([("ask", [["sql", "SELECT 2"]])], rows("a", given=[["1"]]), query={"q": "busy"})
    again, _ = written(query={"q": "busy", "p": without.chosen["p"]})
    assert "least" not in again.editor.object


def test_no_title_is_there_to_be_deleted():
    """After a run the field is as empty as before."""
    page, _ = written([("ask", [["sql", "SELECT 1"], ["parameters", "o"]])], rows("a", given=[["1"]]))
    assert "Untitled" not in page.editor.object


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("day: date\nmonth integer 3", "Line 2 under Parameters, “month integer 3”: “month integer 3” is no name"),
        ("month: whole = 3", "“whole” is no type (text, integer"),
        ("month: integer = three", "$month is no integer"),
        ("month\nmonth", "Line 2 under Parameters, “month”: month is declared twice"),
    ],
)
def test_a_line_that_declares_no_parameter_is_told(lines, why):
    """Which it is, why, and what one looks like; in the address it leaves the SQL."""
    page, asked = written([("ask", [["sql", "SELECT 1"], ["parameters", lines]])])

    assert why in text(page.answer.object)
    assert "A line looks like this: month: integer = 3" in text(page.answer.object)
    assert "queries.preview" not in [name for name, _ in asked]

    brought, _ = written(query={"sql": "SELECT 1", "p": lines})
    assert why in text(brought.answer.object)
    assert "SELECT 1</textarea>" in brought.editor.object


def test_what_no_parameter_declares_is_to_be_declared():
    """Where, with the fold open."""
    with pytest.raises(duckdb.Error) as told, duckdb.connect() as connection:
        connection.sql("SELECT $month, $day")
    page, _ = written([("ask", [["sql", "SELECT $month, $day"]])], Invalid(str(told.value)))

    assert "The SQL names $day, $month, and no line under Parameters declares them." in text(page.answer.object)
    assert "Declare day, month under Parameters" in text(page.answer.object)
    assert "<details open><summary>Parameters" in page.editor.object
    assert "SELECT $month, $day</textarea>" in page.editor.object


def test_what_was_wrong_is_told_at_its_place_and_kept():
    """DuckDB's line stands below the sentence."""
    error = Invalid(
        "Parser Error: syntax error", fix="Look at it.",
        errors=[{"pointer": "/sql", "message": "Parser Error: syntax error\n\nLINE 2: SELEC\n        ^"}],
    )  # fmt: skip
    page, _ = written([("ask", [["sql", "\nSELEC"]])], error)

    assert "Parser Error: syntax error Look at it." in text(page.answer.object)
    assert "LINE 2: SELEC" in page.answer.object


def test_a_million_rows_come_a_hundred_at_a_time():
    """The way to the next and the last hundred; those of another thousand are asked for, and not counted again."""
    many = rows("n", given=[[place] for place in range(1000)], total=1_000_000, more=True)
    page, asked = written(
        [("ask", [["sql", "SELECT n"]]), ("choose", [["row", "900"]]), ("choose", [["row", "999900"]])],
        lambda **fields: many.model_copy(update={"start": fields.get("start", 0)}),
    )

    assert page.answer.object.count("<tr>") == 101
    assert "999,901 to 1,000,000 of 1,000,000" in text(page.answer.object)
    previews = [fields for name, fields in asked if name == "queries.preview"]
    assert [(one.get("start", 0), one.get("count", True)) for one in previews] == [(0, True), (999_000, False)]


def test_a_later_piece_that_fails_is_told_and_not_asked_for_again():
    """Whoever runs it again asks again."""
    first = rows("n", given=[[place] for place in range(1000)], total=5000, more=True)

    def answer(**fields):
        if fields.get("start"):
            raise Invalid("It took too long.", fix="Ask for less.")
        return first

    page, asked = written([("ask", [["sql", "SELECT n"]]), ("choose", [["row", "1000"]]), ("choose", [])], answer)

    assert "It took too long." in text(page.answer.object)
    assert [fields.get("start", 0) for name, fields in asked if name == "queries.preview"] == [0, 1000]


def test_what_one_asked_is_brought_back_and_forgotten():
    """As a query of its own, with its parameters; what is asked is kept, and the list is looked at anew after it."""
    one = s.AskedView(
        id=new_id(),
        sql=f"SELECT\n* FROM orders WHERE a = '{HOSTILE}'",
        parameters=[LEAST],
        failed=True,
        created_at=now(),
    )
    acts = [("recall", [["asked", str(one.id)]]), ("forget", []), ("ask", [["sql", "SELECT 1"]])]
    page, asked = written(acts[:1], query={"q": "busy"}, history=[one])
    assert "least: integer = 0</textarea>" in page.editor.object
    assert (page.chosen["q"], page.chosen["sql"], page.document["sql"]) == ("", one.sql, one.sql)
    assert "SELECT * FROM orders WHERE a" in text(page.tables.object)
    assert "failed" in text(page.tables.object)
    assert "<script" not in whole(page)

    again, _ = written(acts[:1] * 2, query={"q": "busy"}, history=[one])
    assert again.editor.object != page.editor.object  # else a browser in which it was changed would draw nothing
    assert "data-replaces" in page.tables.object

    page, asked = written(acts, rows("a", given=[["1"]]), history=[one])
    names = [name for name, _ in asked]
    assert (names.count("queries.history"), names.count("queries.forget")) == (3, 1)
    assert [fields["keep"] for name, fields in asked if name == "queries.preview"] == [True]


def test_what_is_asked_is_ended_for_what_is_brought_back():
    """It would hold one of the few places, and what it answers is nobody's."""
    one = s.AskedView(id=new_id(), sql="SELECT 7", parameters=[], failed=False, created_at=now())
    ended = threading.Event()

    def answer(**_):
        ended.wait(5)
        return rows("old", given=[["early"]])

    acts = [[("ask", [["sql", "SELECT 1"]]), ("recall", [["asked", str(one.id)]])], *SETTLED]
    page, asked = written(acts, answer, history=[one], cancel=lambda **_: ended.set())

    [tickets] = ([fields["ticket"] for name, fields in asked if name == "queries.preview"],)
    assert [fields["ticket"] for name, fields in asked if name == "queries.cancel"] == tickets
    assert "SELECT 7</textarea>" in page.editor.object
    assert "Not run yet" in text(page.answer.object)


def test_a_saved_query_is_opened_changed_and_saved():
    """The address names it; a save keeps its name, and one as new leads to the new one."""
    page, asked = written(
        [("save", [["sql", "SELECT 3"], ["title", "Busy"], ["message", "why"]]), ("create", [["sql", "SELECT 4"]])],
        query={"q": "busy", "version": "1"},
    )

    [saving] = [fields for name, fields in asked if name == "queries.save"]
    assert (saving["id"], saving["document"]["sql"], saving["message"]) == ("busy", "SELECT 3", "why")
    assert ("queries.show_version", {"id": "busy", "number": 1}) in asked
    assert (page.chosen["q"], page.chosen["version"]) == ("untitled_query", "")


NO_DEFAULT = Parameter(name="least", type="integer")
SETTLED = [("choose", [])] * 3  # of loads that began before an answer was there one may still be under way


@pytest.mark.parametrize(
    ("parameters", "query", "asked_with"),
    [
        ([LEAST], {}, {}),
        ([LEAST], {"v.least": "4"}, {"least": "4"}),
        ([NO_DEFAULT], {"v.least": "4"}, {"least": "4"}),
        ([NO_DEFAULT], {}, None),
        ([LEAST], {"sql": "SELECT 9"}, None),
        ([LEAST], {"p": "most"}, None),
    ],
)
def test_a_saved_query_opens_with_its_rows(parameters, query, asked_with):
    """Where it needs no answers first and the address brings nothing of its own; it is not among what one asked."""
    page, asked = written(SETTLED, rows("carrier", given=[["AA"]]), query={"q": "busy", **query}, parameters=parameters)

    previews = [(fields["values"], fields["keep"]) for name, fields in asked if name == "queries.preview"]
    assert previews == ([] if asked_with is None else [(asked_with, False)])
    assert ("AA" in text(page.answer.object)) is (asked_with is not None)
    assert ("Not run yet" in text(page.answer.object)) is (asked_with is None)


def test_what_one_runs_takes_the_place_of_the_rows_with_which_it_opens():
    """They are ended, and do not come over what one asked meanwhile."""
    first = threading.Event()

    def answer(document, **_):
        if document["sql"] == "SELECT 2":
            first.wait(0.5)
            return rows("old", given=[["early"]])
        return rows("new", given=[["late"]])

    acts = [("ask", [["sql", "SELECT 3"]]), *SETTLED]
    page, asked = written(acts, answer, query={"q": "busy"}, cancel=lambda **_: first.set())

    assert "queries.cancel" in [name for name, _ in asked]
    assert "late" in text(page.answer.object)
    assert "early" not in text(page.answer.object)


def test_a_saved_query_that_cannot_be_asked_opens_with_why():
    """At the place of its rows, and the statement can be mended."""
    page, _ = written(SETTLED, Invalid("No such table."), query={"q": "busy"})

    assert "No such table." in text(page.answer.object)
    assert "SELECT 2" in page.editor.object


def test_what_somebody_else_saved_meanwhile_is_not_saved_over():
    """The save is refused with a way out."""
    page, asked = written([("save", [["sql", "SELECT 3"]])], query={"q": "busy"}, etags=[1, 2])

    assert "queries.save" not in [name for name, _ in asked]
    assert "Somebody else changed this while you did." in text(page.said.object)


def test_the_address_takes_a_drawn_chart_along():
    """Whoever opens it sees the same; drawing changes neither the question nor the rows in sight."""
    draw = [["kind", "bar"], ["x", "day"], ["y", "n"], ["colour", ""]]
    acts = [("ask", [["sql", "SELECT 1"]]), ("choose", [["row", "2"]]), ("draw", draw)]
    page, _ = written(acts, rows("day", "n", given=[["a", 1], ["b", 2], ["c", 3]]))
    said = {name: page.chosen[name] for name in ("sql", "chart", "row")}

    assert said == {"sql": "SELECT 1", "chart": "kind=bar&x=day&y=n&colour=", "row": "2"}
    again, _ = written([("ask", [["sql", "SELECT 1"]])], rows("day", "n", given=[["a", 1]]), query=said)
    assert "n by day" in again.chart.object


def test_an_address_can_take_a_saved_chart_away():
    """It has the rows of what is saved at once, and as it was drawn by whoever copied the link."""
    kept, found = Chart(kind="bar", x="day", y="n"), rows("day", "n", given=[["a", 1]])
    acts = [("ask", [["sql", "SELECT 1"]]), ("draw", [["kind", "none"]])]
    page, _ = written(acts, found, query={"q": "busy"}, parameters=(), chart=kept)
    assert (page.chosen["sql"], page.chosen["chart"], page.chart.object) == ("SELECT 1", "kind=none", "")

    again, asked = written([], found, query={"q": "busy", "chart": "kind=none"}, parameters=(), chart=kept)
    assert [name for name, _ in asked].count("queries.preview") == 1
    assert (again.chart.object, "not saved" in again.state.object) == ("", True)


@pytest.mark.parametrize("line", ["kind=pie&x=day&y=n", "kind=bar", "kind=bar&x=day&y=" + "n" * 5000, "kind=line&%00"])
@pytest.mark.parametrize("query", [{"sql": "SELECT 1"}, {"q": "busy"}])
def test_a_chart_that_is_none_is_told(line, query):
    """An address may say anything, and nothing is asked before that is mended."""
    page, asked = written([], rows("day"), query=query | {"chart": line}, parameters=())

    assert "That is no chart of these rows." in page.answer.object
    assert "queries.preview" not in [name for name, _ in asked]


def test_a_chart_without_its_columns_is_not_drawn():
    """The form says what it lacks, and the address keeps what it said."""
    draw = [["kind", "bar"], ["x", ""], ["y", ""]]
    page, _ = written([("ask", [["sql", "SELECT 1"]]), ("draw", draw)], rows("day", given=[["a"]]))

    assert "Choose its kind and two columns." in text(page.said.object)
    assert page.chosen["chart"] == ""


@pytest.mark.parametrize("kind", ["bar", "line", "scatter"])
@pytest.mark.parametrize(
    ("x", "y"),
    [
        (["9999-12-31", "0001-01-01"], [1, 2]), ([1e308, -1e308], [-1e308, 1e308]), ([[1, 2], {"a": 1}], [1, 2]),
        ([float("nan"), float("inf")], ["nan", "inf"]), ([5e-324, 0], [5e-324, 0]), ([None, True], [10**400, "1e999"]),
    ],
)  # fmt: skip
def test_whatever_an_answer_holds_its_rows_are_shown(kind, x, y):
    """A chart of what cannot be drawn says so; lists and structures are groups like others."""
    given = [[one, other, one] for one, other in zip(x, y, strict=True)]
    drawn = results.drawn(Chart(kind=kind, x="x", y="y", colour="c"), rows("x", "y", "c", given=given))

    assert 'class="drawing"' in drawn


@pytest.mark.parametrize("kind", ["bar", "line", "scatter"])
def test_rows_are_drawn(kind):
    """Each kind draws what is a number, by colour, and nothing of what people wrote is markup."""
    given = [["2013-01-01", 10, "a"], ["2013-01-02", "5.5", HOSTILE], ["2013-01-03", None, "a"]]
    chart = Chart(kind=kind, x="day", y="n", colour="who")
    drawn = results.drawn(chart, rows("day", "n", "who", given=given))

    assert "2013-01-0" in drawn or "2013-01" in drawn
    assert "<script" not in drawn
    assert "has no column 'gone'" in text(results.drawn(Chart(kind=kind, x="gone", y="n"), rows("n", given=[[1]])))
    assert "Nothing to draw" in results.drawn(Chart(kind=kind, x="who", y="who"), rows("who", given=[["x"]]))
