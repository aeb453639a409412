"""What stays is found wherever little changes, and with bounded effort where much does."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from workbench.domains.pipelines.service.aligning import MOST_CHANGES, staying


@pytest.mark.parametrize(
    ("before", "after", "stays"),
    [
        ("", "", ""), ("abc", "abc", "abc"), ("", "abc", ""), ("abc", "", ""), ("abcabba", "cbabac", 4),
        ("axb", "ayb", "ab"), ("abcdef", "bdf", "bdf"), ("aa", "aaa", "aa"), ("abab", "baba", 3),
    ],
)  # fmt: skip
def test_as_much_stays_as_can(before, after, stays):
    """In both in the same order, each place once, and what stands there is the same."""
    places = staying(before, after)

    assert [before[i] for i, _ in places] == [after[j] for _, j in places]
    assert len(places) == (stays if isinstance(stays, int) else len(stays))
    assert all(one[0] < two[0] and one[1] < two[1] for one, two in pairwise(places))


def test_no_longer_sequence_stays():
    """Over made up sequences it is as long as a table of all lengths says."""
    chance = random.Random(3)
    for _ in range(50):
        before, after = ([chance.choice("abcd") for _ in range(chance.randrange(12))] for _ in range(2))

        assert len(staying(before, after)) == _longest(before, after)


def test_of_what_changed_throughout_the_ends_stay():
    """More would cost more than it says."""
    before = ["head", *range(MOST_CHANGES), "tail"]
    after = ["head", *range(MOST_CHANGES, 2 * MOST_CHANGES), "tail"]

    assert staying(before, after) == [(0, 0), (MOST_CHANGES + 1, MOST_CHANGES + 1)]


def _longest(before, after):
    lengths = [[0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for i, one in enumerate(before):
        for j, two in enumerate(after):
            same = lengths[i][j] + 1 if one == two else 0
            lengths[i + 1][j + 1] = max(same, lengths[i][j + 1], lengths[i + 1][j])
    return lengths[-1][-1]
