"""Places that there are few of."""

from __future__ import annotations

import pytest

from workbench.core import places
from workbench.core.errors import Throttled
from workbench.core.places import Places


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
