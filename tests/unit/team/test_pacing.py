"""What a person says to pages beyond her share waits; what anybody else says does not."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_ext.pages.children import pacing
from jupyter_ext.pages.children.pacing import AHEAD_SECONDS, CHARACTERS_A_SECOND, Pace


class Clock:
    """Time that only goes by when somebody waits or a test says so."""

    def __init__(self):
        self.now, self.waited = 1000.0, 0.0

    def monotonic(self):
        return self.now

    async def sleep(self, seconds):
        self.now += seconds
        self.waited += seconds


@pytest.fixture
def clock(monkeypatch):
    """The clock that the pace looks at."""
    clock = Clock()
    monkeypatch.setattr(pacing, "time", clock)
    monkeypatch.setattr(pacing, "asyncio", clock)
    return clock


def waited(clock, pace, person, *sizes):
    """How long somebody waits for some messages to be taken, in seconds."""
    before = clock.waited

    async def say():
        for size in sizes:
            await pace.wait(person, size)

    asyncio.run(say())
    return clock.waited - before


def test_what_is_done_by_hand_never_waits(clock):
    """A slider that is drawn for half a minute: thirty changes a second, of three short messages each."""
    pace = Pace()

    for _ in range(30 * 30):
        assert waited(clock, pace, "ada", 200, 50, 800) == 0
        clock.now += 1 / 30


def test_what_goes_beyond_the_share_waits_for_its_turn(clock):
    """Much at once is taken at the rate, and who paused has her share again."""
    pace, large = Pace(), 1024 * 1024

    assert waited(clock, pace, "ada", *[large] * 20) == pytest.approx(
        20 * large / CHARACTERS_A_SECOND - AHEAD_SECONDS, abs=1.1
    )
    assert waited(clock, pace, "ada", large) > 0
    clock.now += 60
    assert waited(clock, pace, "ada", *[large] * 4) == 0


def test_short_messages_count_too(clock):
    """Nobody gets more by cutting what she says into pieces."""
    assert waited(clock, Pace(), "ada", *[1] * 5000) > 0


def test_somebody_else_does_not_wait(clock):
    """Each person has a share of her own."""
    pace = Pace()

    waited(clock, pace, "ada", *[1024 * 1024] * 20)

    assert waited(clock, pace, "bob", 1024) == 0
