"""Parts say what they are given and run nothing of it."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from workbench.ui import parts, trends
from workbench.ui.parts import Column, Figure, Way

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'&"


class Tags(HTMLParser):
    """The tags and attributes of some HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


DRAWN = [
    lambda text: parts.table(text, [Column(text), Column(text, numeric=True)], [(text, text)], aside=text),
    lambda text: parts.figures(Figure(text, text, text, trends.line([1, 2], text))),
    lambda text: parts.problem(text, text, text, text, Way(text, href="/ok"), Way(text, command=text)),
    lambda text: parts.empty(text, text, Way(text, command=text)),
    lambda text: parts.card(text, text),
    lambda text: parts.status("ok", text),
    lambda text: parts.with_detail(text, text),
    parts.loading,
    lambda text: trends.bars([1], text),
]


@pytest.mark.parametrize("draw", DRAWN)
@given(text=st.one_of(st.just(EVIL), st.text(min_size=1, max_size=30)))
def test_whatever_people_wrote_is_text(draw, text):
    """No text, wherever it stands, becomes a tag or an attribute."""
    honest, given_text = Tags(draw("x")), Tags(draw(text))

    assert given_text.tags == honest.tags
    assert [name for name, _ in given_text.attributes] == [name for name, _ in honest.attributes]


def test_a_status_is_said_by_shape_and_word_and_only_the_word_is_read():
    """The shape is hidden from those who hear the page; the word is not."""
    assert parts.status("failed", "failed") == (
        '<span class="status failed"><span class="shape" aria-hidden="true">■</span> failed</span>'
    )
    assert {parts.SHAPES[state] for state in ("ok", "warning", "failed")} == {"●", "▲", "■"}
    assert len(set(parts.SHAPES.values())) == len(parts.SHAPES)


def test_a_table_without_rows_shows_what_to_do():
    """The empty state stands where the rows would, with the table's own heading."""
    drawn = parts.table("Runs", [Column("Status")], [], empty=parts.empty("No runs yet", "Start one."))

    assert "<h2" in drawn
    assert "No runs yet" in drawn
    assert "<table" not in drawn


def test_what_can_be_done_to_rows_is_seen_on_a_phone():
    """Where a column says so, whatever it is called, the cells of a row stand below each other with their titles."""
    drawn = parts.table("t", [Column("Version"), Column("Restore", acts=True)], [("v1", "a button")])
    untitled = parts.table("t", [Column("Version"), Column("")], [("v1", "a word")])

    assert 'class="scroll few acting"' in drawn
    assert 'data-title="Version"' in drawn
    assert "acting" not in untitled


def test_a_table_is_the_same_each_time_it_is_drawn():
    """What did not change is the same text, so that it is not sent again."""
    draw = lambda: parts.table("Runs of today", [Column("Status")], [("ok",)])  # noqa: E731

    assert draw() == draw()
    assert 'aria-labelledby="wb-runs-of-today"' in draw()


def test_rows_of_another_length_than_the_columns_are_a_mistake():
    """A forgotten cell is an error, not a shifted table."""
    with pytest.raises(ValueError, match="zip"):
        parts.table("t", [Column("a"), Column("b")], [("only one",)])


def test_a_problem_says_what_to_quote_and_where_to_go():
    """A failure carries its correlation id and a way out."""
    drawn = parts.problem("Gone", "It is not there.", "Look elsewhere.", "abc123", Way("Home", href="/home"))

    assert 'role="alert"' in drawn
    for text in ("Gone", "It is not there.", "Look elsewhere.", "<code>abc123</code>", '<a href="/home">Home</a>'):
        assert text in drawn


def test_a_line_goes_from_the_bottom_for_the_least_to_the_top_for_the_most():
    """The drawing's heights follow the values, whatever their size."""
    drawn = trends.line([5, 10, 5], "x")

    assert '<polyline points="0.0,30.0 120.0,2.0 240.0,30.0"/>' in drawn
    assert trends.line([1, 1], "flat") != ""


@pytest.mark.parametrize("values", [[], [1], [1, float("nan")], [float("inf"), 2]])
def test_a_line_needs_two_points(values):
    """Nothing is drawn, and nothing fails, where there is no line to draw."""
    assert trends.line(values, "x") == Markup("")


@pytest.mark.parametrize("drawn", [trends.line([1, 2], "Rows & more"), trends.bars([1], "Rows & more")])
def test_a_small_drawing_says_what_it_shows(drawn):
    """Its title is read aloud, and shown to whoever points at it."""
    assert '<svg class="trend' in drawn
    assert "<title>Rows &amp; more</title>" in drawn


def test_bars_have_the_tones_they_are_given():
    """Each bar wears its own tone, and a bar of nothing is still seen."""
    drawn = trends.bars([0, 4], "runs", ["error", "success"])

    assert drawn.count("<rect") == 2
    assert 'class="error"' in drawn
    assert 'class="success"' in drawn
    assert 'height="0.0"' not in drawn
    assert trends.bars([], "none") == ""
