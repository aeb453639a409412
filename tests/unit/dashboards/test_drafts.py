"""Making a dashboard: each step keeps the document whole, and a form says what its card says."""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import combinations

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
BY = st.one_of(st.integers(-4, 4), st.integers(-1000, 1000))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from([*drafts.KINDS])),
        st.tuples(st.sampled_from(["moved", "resized"]), st.integers(0, 11), BY, BY),
        st.tuples(st.just("removed"), st.integers(0, 11)),
    ),
    max_size=24,
)  # fmt: skip


def stepped(draft, step, *given):
    """What a step makes of a document; one that is refused makes nothing of it."""
    try:
        if step == "add":
            return drafts.added(draft, given[0], "delays", COLUMNS)[0]
        names = [card.id for card in draft.cards]
        name = names[given[0] % len(names)] if names else "gone"
        return getattr(drafts, step)(draft, name, *given[1:])
    except Invalid:
        return draft


def on_each_other(draft):
    """Pairs of cards that share a cell."""
    cells = {
        card.id: {
            (x, y) for x in range(card.at.x, card.at.x + card.at.w) for y in range(card.at.y, card.at.y + card.at.h)
        }
        for card in draft.cards
    }
    return [pair for pair in combinations(sorted(cells), 2) if cells[pair[0]] & cells[pair[1]]]


@given(STEPS)
def test_cards_stay_on_the_grid_and_off_each_other(steps):
    """However cards are added, moved, resized and removed, none lies on another and the document can be saved."""
    draft = EMPTY
    for step in steps:
        draft = stepped(draft, *step)

        assert on_each_other(draft) == []
        assert Document.model_validate(draft.model_dump()) == draft


def placed(*places):
    """A document of texts a, b, c ... at places of x, y, w and h."""
    named = zip("abcdef", places, strict=False)
    cards = [card("text", id=name, text="x", at=dict(zip("xywh", at, strict=True))) for name, at in named]
    return Document.model_validate(document(*cards))


def places(draft):
    """Where the cards of a document are."""
    return [(card.at.x, card.at.y, card.at.w, card.at.h) for card in draft.cards]


ROW = [(0, 0, 3, 3), (3, 0, 3, 3), (6, 0, 3, 3), (0, 3, 9, 8)]


@pytest.mark.parametrize(
    ("before", "change", "by", "after"),
    [
        pytest.param(ROW, drafts.moved, (3, 0), [(3, 0, 3, 3), (0, 0, 3, 3), *ROW[2:]], id="beside: they swap"),
        pytest.param(
            ROW, drafts.moved, (0, 8), [(0, 8, 3, 3), *ROW[1:3], (0, 11, 9, 8)], id="on a wide one: that moves down"
        ),
        pytest.param(
            ROW, drafts.resized, (1, 0), [(0, 0, 4, 3), (3, 3, 3, 3), ROW[2], (0, 6, 9, 8)],
            id="wider: what is in the way moves down, and what is below that",
        ),
        pytest.param(ROW, drafts.resized, (0, 2), [(0, 0, 3, 5), *ROW[1:3], (0, 5, 9, 8)], id="higher"),
        pytest.param(
            [(0, 0, 6, 3), (0, 3, 6, 8)], drafts.moved, (0, 8), [(0, 8, 6, 3), (0, 0, 6, 8)], id="past one below"
        ),
        pytest.param([(0, 0, 6, 3), (0, 0, 6, 3)], drafts.moved, (1, 0), [(1, 0, 6, 3), (0, 3, 6, 3)], id="lay on it"),
    ],
)  # fmt: skip
def test_what_is_in_the_way_of_a_card_makes_room(before, change, by, after):
    """The first card is moved or resized, and the others go no further than they must."""
    assert places(change(placed(*before), "a", *by)) == after


def test_what_is_said_of_the_whole_is_set_in_a_form():
    """Title, words and hours come out as they were filled in; what does not hold is named."""
    given = {"title": " Late ", "description": "By week", "late_after": "26"}
    draft = drafts.described(placed(*ROW), given)

    assert (draft.title, draft.description, draft.late_after, draft.cards) == (
        "Late",
        "By week",
        26,
        placed(*ROW).cards,
    )
    assert 'name="late_after" value="26"' in settings.about(draft)
    assert drafts.described(draft, given | {"late_after": ""}).late_after is None
    for wrong in ({"title": " "}, {"late_after": "soon"}, {"late_after": "-1"}):
        with pytest.raises(Invalid) as refused:
            drafts.described(draft, given | wrong)
        assert [one["pointer"] for one in refused.value.errors] == [f"/document/{name}" for name in wrong]


def test_a_new_card_takes_the_first_place_that_fits():
    """Beside others before below them, in a gap where it fits, and never on another."""
    draft = placed((0, 0, 9, 3), (0, 3, 12, 2))

    for _ in range(2):
        draft, _ = drafts.added(draft, "kpi", "delays", COLUMNS)

    assert places(draft)[2:] == [(9, 0, 3, 3), (0, 5, 3, 3)]


def test_a_dashboard_that_is_full_says_so():
    """There is an end to how far down a card may stand."""
    draft, name = drafts.added(placed((0, 499, 12, 40)), "text", "", {})

    with pytest.raises(Invalid, match="no room for this card so far down"):
        drafts.moved(draft, name, 0, 500)


@pytest.mark.parametrize("kind", drafts.KINDS)
def test_a_new_card_begins_with_columns_that_fit(kind):
    """Each kind is added with an id of its own, and can be saved as it is."""
    draft, first = drafts.added(EMPTY, kind, "delays", COLUMNS)
    draft, second = drafts.added(draft, kind, "delays", COLUMNS)

    assert (first, second) == (f"{kind}-1", f"{kind}-2")
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
