"""Places that there are few of."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from workbench.core import places
from workbench.core.errors import Throttled
from workbench.core.places import Places, Turns


@pytest.fixture
def clock(monkeypatch):
    """The seconds that have passed, in a list of one."""
    passed = [100.0]
    monkeypatch.setattr(places.time, "monotonic", lambda: passed[0])
    return passed


def test_nobody_takes_all():
    """One holder has so many and is told so; another still finds a place; all together have no more than there are."""
    few = Places("queries", in_all=3, each=2)
    held = [few.take("ada") for _ in range(2)]
    with pytest.raises(Throttled, match="You have 2 queries"):
        few.take("ada")
    few.take("bob")
    with pytest.raises(Throttled, match="Too many queries"):
        few.take("cleo")
    few.free(held[0])
    few.take("cleo")


def test_what_nobody_uses_is_taken_away_only_where_somebody_wants_it(clock):
    """The place that was unused for longest goes; one in use, or unused for a moment only, never does."""
    few, ended = Places("queries", in_all=2, each=2), []
    used, old = few.take("ada"), few.take("bob", lambda: ended.append("bob"))
    old.rest()
    clock[0] += places.STALL_SECONDS
    with pytest.raises(Throttled):
        few.take("cleo")
    clock[0] += 1
    assert ended == []
    few.take("cleo")
    assert (ended, old.lost, used.lost) == (["bob"], True, False)
    few.free(old)
    with pytest.raises(Throttled):
        few.take("dora")


def test_a_holder_with_all_she_may_have_loses_her_own(clock):
    """Not that of somebody else, however long unused."""
    few, ended = Places("queries", in_all=8, each=1), []
    few.take("bob", lambda: ended.append("bob")).rest()
    clock[0] += 1
    few.take("ada", lambda: ended.append("ada")).rest()
    clock[0] += places.STALL_SECONDS + 1
    few.take("ada")
    assert ended == ["ada"]


class Asker:
    """Threads that each take a turn and keep it until they are told to end."""

    def __init__(self, turns: Turns, threads: ThreadPoolExecutor) -> None:
        self.turns, self.threads = turns, threads
        self.had: list[str] = []

    def ask(self, holder: str) -> threading.Event:
        """Wait for a turn of a holder; what it answers ends that turn."""
        ended, waiting = threading.Event(), len(self.turns._waiting)

        def work() -> None:
            with self.turns.turn(holder):
                self.had.append(holder)
                ended.wait(30)

        before = len(self.had)
        self.threads.submit(work)
        eventually(lambda: len(self.had) > before or len(self.turns._waiting) > waiting)
        return ended


def eventually(true) -> None:
    """Wait until it is true."""
    until = time.monotonic() + 30
    while not true():
        assert time.monotonic() < until
        time.sleep(0.001)


def test_turns_are_taken_oldest_first_but_for_whoever_has_enough():
    """A third question of one waits, those of others pass it by; a free place is the oldest's who may have it."""
    with ThreadPoolExecutor(8) as threads:
        asker = Asker(Turns("questions", in_all=3, each=2, waiting=1), threads)
        ends = [asker.ask(who) for who in ("ada", "ada", "ada", "bob", "cleo", "bob")]
        assert asker.had == ["ada", "ada", "bob"]
        ends[3].set()
        eventually(lambda: asker.had == ["ada", "ada", "bob", "cleo"])
        ends[0].set()
        eventually(lambda: asker.had == ["ada", "ada", "bob", "cleo", "ada"])
        for end in ends:
            end.set()
        eventually(lambda: asker.had == ["ada", "ada", "bob", "cleo", "ada", "bob"])
    assert not asker.turns._having
    assert not asker.turns._waiting


def test_who_has_enough_turns_under_way_is_refused():
    """Those that wait are counted; another's first is not."""
    with ThreadPoolExecutor(4) as threads:
        asker = Asker(Turns("questions", in_all=2, each=1, waiting=1), threads)
        ends = [asker.ask(who) for who in ("ada", "ada")]
        with pytest.raises(Throttled, match="You have 2 questions under way"), asker.turns.turn("ada"):
            pass
        with asker.turns.turn("bob"):
            assert asker.had == ["ada"]
        for end in ends:
            end.set()


def test_a_turn_ends_with_what_it_was_for():
    """Also where that fails."""
    turns = Turns("questions", in_all=1, each=1, waiting=0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), turns.turn("ada"):
            1 / 0  # noqa: B018
