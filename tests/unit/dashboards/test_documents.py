"""A document says what it says, once, in a form that people read and compare."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.boards import BARS, card, document
from workbench.core.errors import Invalid
from workbench.domains.dashboards.schemas.documents import Document
from workbench.domains.dashboards.service import documents

LINES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=60).filter(
    lambda text: text.strip() == text
)
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), max_size=300)
NAMES = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=30)
PLACES = st.builds(
    lambda x, w, y, h: {"x": min(x, 12 - w), "y": y, "w": w, "h": h},
    st.integers(0, 11), st.integers(1, 12), st.integers(0, 100), st.integers(1, 20),
)  # fmt: skip
CARDS = st.one_of(
    st.builds(lambda at, text: card("text", at=at, text=text), PLACES, WORDS),
    st.builds(
        lambda at, title, by, top: card("bar", at=at, title=title, by=by, top=top),
        PLACES, LINES, NAMES, st.integers(1, 50),
    ),
    st.builds(
        lambda at, column, part: card("heat_map", at=at, across=column, down={"column": column, "part": part}),
        PLACES, NAMES, st.sampled_from(["month", "weekday", "hour"]),
    ),
    st.builds(
        lambda at, columns: card("table", at=at, columns=columns), PLACES, st.lists(NAMES, min_size=1, max_size=40)
    ),
)  # fmt: skip
DOCUMENTS = st.builds(
    lambda title, words, hours, cards: Document.model_validate(
        {
            "title": title, "description": words, "late_after": hours,
            "cards": [found | {"id": f"c{place}"} for place, found in enumerate(cards)],
        }
    ),
    LINES, WORDS, st.none() | st.floats(0.5, 1000), st.lists(CARDS, max_size=6),
)  # fmt: skip


@given(DOCUMENTS)
def test_a_document_survives_being_written_down(found):
    """Text and what is stored are the document again, whatever people call things."""
    assert documents.parse(documents.text(found)) == found
    assert Document.model_validate(documents.kept(found)) == found
    assert documents.text(documents.parse(documents.text(found))) == documents.text(found)


@pytest.mark.parametrize("name", ["\x85", "a\u2028b", "\u2029", "two\nlines\x85"])
def test_an_odd_end_of_line_in_a_name_stays(name):
    """YAML knows more ends of lines than one; each is kept as it is."""
    found = Document.model_validate(document(cards=[card("table", columns=[name])]))

    assert documents.parse(documents.text(found)) == found


def test_a_document_is_read_as_it_was_meant():
    """One line for one thing said, what is usual left out, what names a card first."""
    found = documents.parse(documents.text(Document.model_validate(document(late_after=26))))

    assert documents.text(found) == (
        "title: Delays\n"
        "late_after: 26.0\n"
        "cards:\n"
        "- id: bar\n"
        "  kind: bar\n"
        "  title: bar\n"
        "  at: {x: 0, y: 0, w: 3, h: 3}\n"
        "  source: {table: delays}\n"
        "  by: carrier\n"
        "  value: {how: sum, column: flights}\n"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: [", "line 1"),
        ("just words", "at least its title"),
        ("title: x\ncards: &a [*a]", "alias"),
        ("title: x\ncolour: red", "/document/colour: is not known"),
        ("title: !!python/object/apply:os.system ['true']", "could not determine a constructor"),
    ],
)
def test_what_is_no_document_is_refused_with_the_place(text, said):
    """Broken YAML, other texts, aliases, unknown fields and objects are refused in words."""
    with pytest.raises(Invalid) as refused:
        documents.parse(text)

    assert said in refused.value.detail


@pytest.mark.parametrize(
    "text",
    [
        f"title: x\ncards: [{'[],' * 130_000}]",
        "title: x\n" + "\n".join(f"k{number}: v" for number in range(30_000)),
        f"title: x\ncards: {'[' * 70}{']' * 70}",
    ],
    ids=["a flow", "a block", "brackets"],
)
def test_what_takes_very_long_to_read_is_given_up(text):
    """It takes no longer than a text of as much as is read, where it took up to a hundred times as long."""
    with pytest.raises(Invalid) as refused:
        documents.parse(text)

    assert "more than 20,000 values, or 60 in each other" in refused.value.detail
    assert seconds_for(text) < 5 * seconds_for(f"title: x\ncards: [{'[],' * 19_000}]")


def seconds_for(text):
    """The processor time of a thread that reads a text and refuses it."""
    begun = time.thread_time()
    with pytest.raises(Invalid):
        documents.parse(text)
    return time.thread_time() - begun


@pytest.mark.parametrize("written", ["12:30", "1:" * 4_000 + "1", "1:30.5"], ids=["a time", "very long", "a fraction"])
def test_times_are_no_numbers(written):
    """YAML once counted them in sixties, for which a long one took minutes."""
    found = documents.parse(f"title: x\ndescription: {written}")

    assert found.description == written


@pytest.mark.parametrize(
    ("cards", "said"),
    [
        ([BARS, BARS], "bar stands twice"),
        ([BARS | {"at": {"x": 9, "y": 0, "w": 4, "h": 1}}], "at most 12"),
        ([BARS | {"source": {"table": "a", "sql": "SELECT 1"}}], "one of table, query and sql"),
        ([BARS | {"source": {"sql": "SELECT 1", "version": 1}}], "only a table or a saved query has versions"),
        ([BARS | {"value": {"how": "sum"}}], "sum needs a column"),
        ([BARS | {"value": {"how": "mean", "column": "a", "per": "b"}}], "only a sum"),
        ([BARS | {"kind": "pie"}], "/document/cards/0"),
    ],
)
def test_what_cannot_be_shown_is_refused(cards, said):
    """Each rule of a document says what it wants."""
    import json

    with pytest.raises(Invalid) as refused:
        documents.parse(json.dumps(document(*cards)))

    assert said in refused.value.detail
