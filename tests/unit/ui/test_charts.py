"""Charts draw what they are given, on axes of round numbers."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.ui import charts
from workbench.ui.formats import count, number
from workbench.ui.languages import SPOKEN

NUMBERS = st.floats(-1e12, 1e12, allow_nan=False)


@given(NUMBERS, NUMBERS)
@example(0.0, 5e-324)
@example(-2.2250738585e-313, 1e12)
def test_an_axis_holds_all_values_on_a_few_round_ticks(one, other):
    """The ends lie beyond the values, and there are ticks to read them by, but not many."""
    low, high = sorted((one, other))
    first, last, ticks = charts.scale(low, high)

    unseen = (high - low) * 1e-9
    assert first <= low + unseen
    assert last >= high - unseen
    assert 2 <= len(ticks) <= 7


@pytest.mark.parametrize(("low", "high", "ticks"), [(0, 37, [0, 10, 20, 30, 40]), (90, 100, [90, 92.5, 95, 97.5, 100])])
def test_zero_is_on_an_axis_unless_values_lie_far_from_it(low, high, ticks):
    """What is near zero is compared with it; what is far is seen closely."""
    assert charts.scale(low, high)[2] == ticks


def test_a_missing_value_breaks_the_line():
    """A gap is not drawn over."""
    drawn = charts.lines("x", [("a", "A")] * 4, {"x": [1.0, None, 2.0, 3.0]}, str)

    (path,) = re.findall(r'<path d="([^"]+)"', drawn)
    assert (path.count("M"), path.count("L")) == (2, 1)


def test_nothing_is_nothing():
    """Without a value there is no chart, and the caller says so."""
    assert charts.lines("x", [("a", "A")], {"x": [None]}, str) == ""
    assert charts.heat("x", ["a"], ["b"], {(0, 0): float("nan")}, str) == ""


def test_colours_go_from_dark_to_light():
    """The scale's ends are cividis', and what lies beyond them is an end."""
    assert charts.cividis(-1) == (0, 32, 76)
    assert charts.cividis(2) == (255, 233, 69)


@pytest.mark.parametrize(
    ("values", "shown", "hidden"), [([0.0, 40.0], ">40 %<", ">40.0 %<"), ([90.0, 100.0], ">92.5 %<", ">90 %<")]
)
def test_an_axis_says_fractions_only_where_it_has_them(values, shown, hidden):
    """All ticks are written alike, with a fraction where one of them needs it."""
    points = [(str(place), str(place)) for place in range(len(values))]
    drawn = str(charts.lines("Share", points, {"": values}, lambda value: f"{value:.1f} %"))
    axis = drawn[drawn.index('class="axis"') : drawn.index("<svg")]

    assert shown in axis
    assert hidden not in axis


def test_an_axis_says_fractions_as_the_language_does():
    """A comma is what a point is in English; groups of a thousand are no fraction."""
    before = SPOKEN.set("de")
    try:
        assert charts._even([0.0, 40.0], lambda value: number(f"{value:,.1f} %")) == ["0 %", "40 %"]
        assert charts._even([92.5, 95.0], lambda value: number(f"{value:,.1f} %")) == ["92,5 %", "95,0 %"]
        assert charts._even([1000.0, 2000.0], count) == ["1.000", "2.000"]
    finally:
        SPOKEN.reset(before)
