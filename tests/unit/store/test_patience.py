"""How often a commit that cannot be completed is tried, and complained of."""

from __future__ import annotations

from itertools import pairwise
from uuid import uuid4

from workbench.core.errors import Unavailable
from workbench.domains.store.service.patience import LONGEST_SECONDS, Patience


def test_pauses_double_up_to_a_longest():
    """A commit that fails again and again is tried after 1, 2, 4 … and at last every 300 seconds; others at once."""
    time, tried, commit = [0.0], [], uuid4()
    patience = Patience(lambda: time[0])
    for second in range(1200):
        time[0] = float(second)
        if patience.due(commit):
            tried.append(second)
            patience.failed(commit, Unavailable("The disk is full."))

    pauses = [after - before for before, after in pairwise(tried)]
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, LONGEST_SECONDS, LONGEST_SECONDS]
    assert patience.due(uuid4())


def test_a_cause_is_new_once():
    """The first failure and each change of cause are worth telling."""
    patience, commit = Patience(), uuid4()
    causes = ["full", "full", "gone", "gone", "full"]

    assert [patience.failed(commit, Unavailable(cause)) for cause in causes] == [True, False, True, False, True]


def test_what_succeeded_begins_anew():
    """After a success nothing is remembered of earlier failures."""
    patience, commit = Patience(), uuid4()
    patience.failed(commit, Unavailable("full"))
    assert not patience.due(commit)
    patience.succeeded(commit)

    assert patience.due(commit)
    assert patience.failed(commit, Unavailable("full"))
