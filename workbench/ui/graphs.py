"""Graphs that flow from left to right, drawn as SVG: what comes from what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .formats import cut
from .languages import tr
from .parts import join

WIDTH, HEIGHT, ACROSS, DOWN, PAD = 170, 40, 44, 14, 8
LETTERS = 22  # of a label, before it is cut
SWEEPS = 4


@dataclass(frozen=True, slots=True)
class Node:
    """A box of a graph: what it is called, what it is, where it leads, and whether the page is about it."""

    key: str
    label: str
    kind: str = ""
    href: str = ""
    here: bool = False


def graph(label: str, nodes: Sequence[Node], edges: Iterable[tuple[str, str]]) -> Markup:
    """Nodes in columns, so that all edges lead to the right where there is no circle; told to those who hear."""
    known = {node.key: node for node in nodes}
    lines = sorted({(a, b) for a, b in edges if a in known and b in known and a != b})
    at = _places(_drawn_near(_columns(list(known), lines), lines), lines)
    wide = max((x for x, _ in at.values()), default=0) + WIDTH + PAD
    high = max((y for _, y in at.values()), default=0) + HEIGHT + PAD
    drawn = join([*(_edge(at[a], at[b]) for a, b in lines), *(_node(known[key], *at[key]) for key in known)])
    said = join(Markup("<li>{} → {}</li>").format(known[a].label, known[b].label) for a, b in lines)
    return Markup(
        '<div class="scroll graph" tabindex="0" role="group" aria-label="{}">'
        '<svg viewBox="0 0 {} {}" width="{}" height="{}">{}</svg><ul class="unseen">{}</ul></div>'
    ).format(tr("{label}, scrolls", label=label), wide, high, wide, high, drawn, said)


def _columns(keys: list[str], edges: list[tuple[str, str]]) -> list[list[str]]:
    """Each node one column right of the last that leads to it; of a circle the one that is met first comes first."""
    into: dict[str, set[str]] = defaultdict(set)
    for a, b in edges:
        into[b].add(a)
    columns, left = [], keys
    while left:
        waiting = set(left)
        free = [key for key in left if not into[key] & waiting] or left[:1]
        columns.append(free)
        left = [key for key in left if key not in set(free)]
    return columns


def _drawn_near(columns: list[list[str]], edges: list[tuple[str, str]]) -> list[list[str]]:
    """The same with each first node just left of what it leads to."""
    rank = {key: place for place, column in enumerate(columns) for key in column}
    led_to = {b for _, b in edges}
    for key in columns[0] if columns else []:
        after = [rank[b] for a, b in edges if a == key]
        if key not in led_to and after:
            rank[key] = max(min(after) - 1, 0)
    return [[key for key in rank if rank[key] == place] for place in range(len(columns))]


def _places(columns: list[list[str]], edges: list[tuple[str, str]]) -> dict[str, tuple[int, int]]:
    """Where each node stands: near the middle of its neighbours, so that few edges cross."""
    near: dict[str, list[str]] = defaultdict(list)
    for a, b in edges:
        near[a].append(b)
        near[b].append(a)
    row = {key: float(place) for column in columns for place, key in enumerate(column)}
    for sweep in range(SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            column.sort(key=lambda key: sum(row[one] for one in near[key]) / len(near[key]) if near[key] else row[key])
            row.update({key: float(place) for place, key in enumerate(column)})
    most = max((len(column) for column in columns), default=0)
    return {
        key: (PAD + rank * (WIDTH + ACROSS), round(PAD + (place + (most - len(column)) / 2) * (HEIGHT + DOWN)))
        for rank, column in enumerate(columns)
        for place, key in enumerate(column)
    }


def _edge(start: tuple[int, int], end: tuple[int, int]) -> Markup:
    x1, y1, x2, y2 = start[0] + WIDTH, start[1] + HEIGHT // 2, end[0], end[1] + HEIGHT // 2
    bend = max((x2 - x1) // 2, ACROSS // 2)
    return Markup('<path d="M{} {}C{} {} {} {} {} {}"/>').format(x1, y1, x1 + bend, y1, x2 - bend, y2, x2, y2)


def _node(node: Node, x: int, y: int) -> Markup:
    box = Markup(
        '<g class="{}" transform="translate({} {})"><title>{}</title><rect width="{}" height="{}" rx="6"/>'
        '<text x="12" y="17">{}</text><text class="kind" x="12" y="32">{}</text></g>'
    ).format("here" if node.here else "node", x, y, node.label, WIDTH, HEIGHT, cut(node.label, LETTERS), node.kind)
    return Markup('<a href="{}">{}</a>').format(node.href, box) if node.href else box
