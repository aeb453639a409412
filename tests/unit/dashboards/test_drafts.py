"""Making a dashboard: each step keeps the document whole, and a form says what its card says."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.boards import card, document
from workbench.core.clock import now
from workbench.core.errors import Invalid
from workbench.core.ids import new_id
from workbench.domains.dashboards.schemas.documents import Document
from workbench.domains.dashboards.view import drafts, settings
from workbench.domains.queries.schemas import ShownQuery
from workbench.domains.queries.schemas.documents import Chart

COLUMNS = {"day": "DATE", "carrier": "VARCHAR", "flights": "BIGINT", "late": "BIGINT"}
EMPTY = Document(title="Delays")
STEPS = st.lists(
    st.tuples(
        st.sampled_from([drafts.moved, drafts.resized]), st.sampled_from(["kpi-1", "bar-1"]),
        st.integers(-1000, 1000), st.integers(-1000, 1000),
    ),
    max_size=12,
)  # fmt: skip


@given(STEPS)
def test_cards_stay_on_the_grid(steps):
    """However cards are moved and resized, the document is one that can be saved."""
    draft, _ = drafts.added(EMPTY, "kpi", "delays", COLUMNS)
    draft, _ = drafts.added(draft, "bar", "delays", COLUMNS)
    for change, name, across, down in steps:
        draft = change(draft, name, across, down)

    assert Document.model_validate(draft.model_dump()) == draft


@pytest.mark.parametrize("kind", drafts.KINDS)
def test_a_new_card_begins_with_columns_that_fit(kind):
    """Each kind is added below the others with an id of its own, and can be saved as it is."""
    draft, first = drafts.added(EMPTY, kind, "delays", COLUMNS)
    draft, second = drafts.added(draft, kind, "delays", COLUMNS)

    assert (first, second) == (f"{kind}-1", f"{kind}-2")
    assert draft.cards[1].at.y == draft.cards[0].at.h
    assert Document.model_validate(draft.model_dump()) == draft
    assert drafts.removed(draft, first).cards == [draft.cards[1]]


def test_a_card_that_cannot_be_is_refused_in_words():
    """A time series wants dates, and every card but a text a table."""
    with pytest.raises(Invalid, match="no column of dates"):
        drafts.added(EMPTY, "time_series", "names", {"name": "VARCHAR"})
    with pytest.raises(Invalid, match="Choose a table"):
        drafts.added(EMPTY, "bar", "", {})
    with pytest.raises(Invalid, match="kind 'pie'"):
        drafts.added(EMPTY, "pie", "delays", COLUMNS)
    with pytest.raises(Invalid, match="how: "):
        drafts.card_of(card("kpi", value={"how": "guess"}))


class Filled(HTMLParser):
    """What a browser sends of a form that nobody changed."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.name, self.writing = "", False
        self.feed(form)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.name = given.get("name", self.name)
        self.writing = tag == "textarea"
        if self.writing or (tag == "input" and (given.get("type") != "checkbox" or "checked" in given)):
            self.fields[self.name] = given.get("value") or ""
        if tag == "option" and (self.name not in self.fields or "selected" in given):
            self.fields[self.name] = given["value"]

    def handle_data(self, data):
        if self.writing:
            self.fields[self.name] += data

    def handle_endtag(self, tag):
        self.writing = False


@pytest.mark.parametrize(
    "given",
    [
        card(
            "kpi", value={"how": "sum", "column": "late", "per": "flights", "form": "percent"}, over="day", note="a & b"
        ),
        card("time_series", over="day", every="week", split="carrier", value={"how": "mean", "column": "late"}),
        card("bar", by={"column": "day", "part": "weekday"}, order="name", top=7),
        card("bar", by="carrier", source={"sql": "SELECT '<b>' AS carrier"}),
        card("heat_map", across="carrier", down={"column": "day", "part": "month"}),
        card("table", columns=["late", "gone"], sort="late", descending=True, limit=3),
        card("filter", column="day", control="dates", source={"table": "delays", "version": 2}),
        card("text", text="one\n\n<b>two</b>"),
    ],
)
def test_a_form_that_nobody_changed_says_the_same_card(given):
    """Drawing a card's form and sending it back changes nothing, also where a column is gone."""
    (one,) = Document.model_validate(document(given)).cards

    sent = Filled(str(settings.form(one, COLUMNS, {"delays": "delays", "other": "other"}))).fields

    assert drafts.card_of(settings.filled_in(one, sent)).model_dump(exclude={"columns"}) == one.model_dump(
        exclude={"columns"}
    )
    assert set(getattr(drafts.card_of(settings.filled_in(one, sent)), "columns", [])) == set(
        getattr(one, "columns", [])
    )


def test_a_card_over_a_saved_query_keeps_its_version_and_values():
    """A list names it beside the tables; another source takes them away."""
    draft, name = drafts.added(EMPTY, "bar", "query:busy", {"carrier": "VARCHAR"})
    source = {"query": "busy", "version": 2, "values": {"least": 3}}
    one = drafts.card_of(draft.card(name).model_dump() | {"source": source})

    sources = {"delays": "delays", "query:busy": drafts.called("query:busy", "Busy carriers")}
    form = str(settings.form(one, {"carrier": "VARCHAR"}, sources))
    sent = Filled(form).fields

    assert "Busy carriers (saved query)" in form
    assert drafts.card_of(settings.filled_in(one, sent)).source.model_dump(exclude_none=True) == {
        "query": "busy", "version": 2, "values": {"least": "3"},
    }  # fmt: skip
    assert settings.filled_in(one, sent | {"source": "delays"})["source"] == {"table": "delays"}
    assert settings.filled_in(one, sent | {"sql": "SELECT 1"})["source"] == {"sql": "SELECT 1"}


@pytest.mark.parametrize("line", ["month = 3", "month", ": 3", "Month: 3"])
def test_a_line_that_gives_no_value_is_told(line):
    """Which it is, and what one looks like."""
    draft, name = drafts.added(EMPTY, "bar", "query:busy", {"carrier": "VARCHAR"})

    with pytest.raises(Invalid, match=f"Line 2 of the values, “{line}”, gives no parameter a value. A line looks"):
        settings.filled_in(draft.card(name), {"source": "query:busy", "values": f"least: 1\n{line}"})


BUSY = ShownQuery(
    id=new_id(), name="busy", title="Busy carriers", description="", owner_id=None, current_version=1, published=None,
    created_at=now(), updated_at=now(), archived_at=None, etag=1, number=1, sql="SELECT 1", parameters=[], tables=[],
    chart=Chart(kind="line", x="day", y="late", colour="carrier"), stamp="", at=now(),
    as_of=None, run_id=None, late=False, audience=[], may_ask=True, may_edit=True, may_share=True, may_export=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "begun"),
    [
        ("time_series", {"over": "day", "split": "carrier", "value": {"how": "sum", "column": "late"}}),
        ("bar", {"by": "day", "value": {"how": "sum", "column": "late"}}),
        ("heat_map", {"across": "day", "down": "carrier", "value": {"how": "sum", "column": "late"}}),
        ("kpi", {}),
    ],
)
def test_a_card_over_a_saved_query_begins_as_that_is_drawn(kind, begun):
    """With its title, and the columns of its chart."""
    draft, name = drafts.added(EMPTY, kind, "query:busy", COLUMNS, BUSY)
    made = draft.card(name)

    assert made.title == "Busy carriers"
    assert made == drafts.card_of(made.model_dump(exclude={"value"}) | begun)


def test_what_does_not_fit_of_a_chart_is_left():
    """A text is not summed, and what is no date is no line over time."""
    saved = BUSY.model_copy(update={"chart": Chart(kind="bar", x="carrier", y="carrier", colour="gone")})
    draft, bar = drafts.added(EMPTY, "bar", "query:busy", COLUMNS, saved)
    draft, line = drafts.added(draft, "time_series", "query:busy", COLUMNS, saved)

    assert (draft.card(bar).by.column, draft.card(bar).value.how) == ("carrier", "count")
    assert (draft.card(line).over, draft.card(line).split) == ("day", None)


@pytest.mark.parametrize(
    ("columns", "across", "down"),
    [
        ({"carrier": "VARCHAR", "day": "DATE"}, {"column": "day", "part": "month"}, "carrier"),
        ({"carrier": "VARCHAR", "n": "BIGINT", "origin": "VARCHAR"}, "origin", "carrier"),
    ],
)
def test_a_heat_map_begins_with_two_columns(columns, across, down):
    """A column against itself is a line of fields that says nothing."""
    draft, name = drafts.added(EMPTY, "heat_map", "delays", columns)

    assert draft.card(name).model_dump(include={"across", "down"}) == {"across": across, "down": down}
