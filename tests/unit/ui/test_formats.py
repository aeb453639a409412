"""Numbers, sizes and times read as people say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.ui import formats

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
N = formats.NARROW


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "–"), (0, "0"), (12.5, "12.5"), (0.031, "0.031"), (9999, "9,999"),
     (12_345, f"12.3{N}k"), (336_776, f"337{N}k"),
     (1_234_567, f"1.2{N}M"), (5e9, f"5.0{N}G"), (float("nan"), "–")],
)  # fmt: skip
def test_a_short_number_keeps_its_leading_figures(value, said):
    """A number of any size is said in at most four figures and a unit."""
    assert formats.short(value) == said


@pytest.mark.parametrize(("number", "said"), [(1, "1 run"), (0, "0 runs"), (2000, "2,000 runs")])
def test_a_number_and_its_word_agree(number, said):
    """One is one, everything else is several."""
    assert formats.plural(number, "run", "runs") == said


@pytest.mark.parametrize(
    ("bytes_", "said"), [(None, "–"), (0, f"0{N}B"), (1023, f"1023{N}B"), (1536, f"1.5{N}KiB"), (5 << 40, f"5.0{N}TiB")]
)
def test_a_size_has_a_binary_unit(bytes_, said):
    """Bytes are said in the unit that leaves a small number."""
    assert formats.size(bytes_) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, "–"), (0.04, f"0.0{N}s"), (59.9, f"59.9{N}s"), (59.97, f"1{N}min 00{N}s"), (125, f"2{N}min 05{N}s"),
     (11_400, f"3{N}h 10{N}min"), (187_200, f"2{N}d 4{N}h")],
)  # fmt: skip
def test_a_duration_is_said_in_its_two_leading_units(seconds, said):
    """Lengths of time lose what does not matter at their size."""
    assert formats.duration(seconds) == said


@pytest.mark.parametrize(
    ("ago", "said"),
    [(0, "just now"), (45, f"40{N}s ago"), (240, f"4{N}min ago"), (7200, f"2{N}h ago"), (100_000, "yesterday"),
     (1_000_000, f"11{N}d ago")],
)  # fmt: skip
def test_how_long_ago_is_said_in_one_unit(ago, said):
    """A moment is said by its distance from now."""
    assert formats.ago(NOW - timedelta(seconds=ago), NOW) == said


def test_what_never_happened_says_so():
    """A missing moment is the word never, not a date of the epoch."""
    assert formats.ago(None, NOW) == "never"
    assert "never" in formats.moment(None, NOW, UTC)


def test_a_moment_shows_the_workspaces_time_on_hover():
    """The exact time is in the workspace's zone, and machines can read it too."""
    drawn = formats.moment(NOW - timedelta(hours=2), NOW, ZoneInfo("Europe/Brussels"))

    assert 'datetime="2026-03-01T10:00:00+00:00"' in drawn
    assert "Sun 01 Mar 2026, 11:00:00 CET" in drawn


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_share_is_100_only_when_nothing_is_missing(whole, part):
    """Ninety-nine point nine per cent is never called all of it."""
    assert (formats.share(min(part, whole), whole) == f"100{N}%") == (part >= whole)


def test_a_share_of_nothing_is_a_dash():
    """Where there is no whole there is no part of it."""
    assert formats.share(0, 0) == "–"
