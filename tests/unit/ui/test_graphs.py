"""Graphs flow to the right, whatever they are made of."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import pytest

from workbench.ui.graphs import Node, graph

PLACE = re.compile(r'translate\((\d+) (\d+)\)"><title>([^<]*)<')


def places(edges, keys=None):
    """Where each node stands."""
    keys = keys or sorted({key for edge in edges for key in edge})
    drawn = graph("Lineage", [Node(key, key) for key in keys], edges)
    return {name: (int(x), int(y)) for x, y, name in PLACE.findall(drawn)}


def test_what_comes_from_something_stands_right_of_it():
    """Also where there is a shorter way, and where many things come together."""
    edges = [("a", "b"), ("b", "c"), ("a", "c"), ("c", "d"), ("x", "d")]
    at = places(edges)

    assert all(at[start][0] < at[end][0] for start, end in edges)
    assert at["x"][0] == at["c"][0], "a first node stands next to what it leads to"


@pytest.mark.parametrize("edges", [[("a", "b"), ("b", "a")], [("a", "a")], [("a", "b"), ("b", "c"), ("c", "a")]])
def test_a_circle_is_drawn_too(edges):
    """Tables that are made from each other have places, and the drawing ends."""
    assert set(places(edges)) == {key for edge in edges for key in edge}


def test_three_hundred_nodes_do_not_overlap():
    """Each has a place of its own, without a deep recursion."""
    dice = random.Random(7)
    keys = [f"t{n}" for n in range(300)]
    edges = [(keys[dice.randrange(n)], keys[n]) for n in range(1, 300)] + list(pairwise(keys[:250]))

    assert len(set(places(edges, keys).values())) == 300


def test_names_are_names_and_told_to_those_who_hear():
    """A hostile name is text, a long one is cut to its box and whole on hover."""
    name = "<script>alert(1)</script>" + "x" * 40
    drawn = graph(name, [Node("a", name, name, "/t?a=1&b=2", here=True), Node("b", "b")], [("a", "b"), ("a", "gone")])

    assert "<script" not in drawn
    assert "x" * 40 in drawn
    assert 'href="/t?a=1&amp;b=2"' in drawn
    assert drawn.count("→") == 1
