"""Where the rows of tables came from, and what was made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.domains.store.models import (
    Commit,
    CommitSource,
    CommitState,
    StagedWrite,
    Table,
    TablePin,
    TableVersion,
    VersionRead,
)  # fmt: skip

from .tables import called


@dataclass(frozen=True, slots=True)
class Use:
    """A table that a commit read or wrote, at which version, and how many rows it wrote; no version while staged."""

    name: str
    version: int | None
    rows: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A table, or a connector's stream; `table_id` is None for the latter."""

    kind: str
    name: str
    table_id: UUID | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Edge:
    """That rows of one came into the other: how many times, and at which versions and by which run the last time.

    `run_id` is None for what a person did by hand.
    """

    source: Node
    source_version: int | None
    target: Node
    target_version: int
    run_id: UUID | None
    author: str
    times: int = 1


def note_source(db: Session, commit_id: UUID, connector: str, stream: str) -> None:
    """Remember that a commit's run read a connector's stream."""
    key = (commit_id, connector, stream)
    if db.get(CommitSource, key) is None:
        db.add(CommitSource(commit_id=commit_id, connector=connector, stream=stream))
        db.flush()


def uses_of(db: Session, commit_ids: Sequence[UUID]) -> dict[UUID, tuple[list[Use], list[Use]]]:
    """For each commit, the tables it read and those it wrote; of one that is under way, what it staged so far."""
    uses: dict[UUID, tuple[list[Use], list[Use]]] = {commit_id: ([], []) for commit_id in commit_ids}
    for commit_id, table, sequence in _reads(db, commit_ids):
        uses[commit_id][0].append(Use(called(table), sequence))
    made = select(TableVersion, Table).join(Table, Table.id == TableVersion.table_id)
    made = made.where(TableVersion.commit_id.in_(commit_ids)).order_by(Table.name, TableVersion.sequence)
    for version, table in db.execute(made):
        uses[version.commit_id][1].append(Use(called(table), version.sequence, version.rows_written))
    under_way = select(StagedWrite).join(Commit, Commit.id == StagedWrite.commit_id).order_by(StagedWrite.ordinal)
    states = (CommitState.OPEN, CommitState.COMMITTING)
    for write in db.scalars(under_way.where(Commit.id.in_(commit_ids), Commit.state.in_(states))):
        uses[write.commit_id][1].append(Use(write.table_name, None, write.rows))
    return uses


def edges(db: Session, table: Table, *, upstream: bool, depth: int, within: set[UUID]) -> list[Edge]:
    """What `table` was made of, or what was made of it, over up to `depth` steps through tables in `within`."""
    found: list[Edge] = []
    seen, frontier = {table.id}, {table.id}
    for _ in range(depth):
        step = _newest(_step(db, frontier, upstream=upstream, within=within))
        found += step
        ends = {(edge.source if upstream else edge.target).table_id for edge in step}
        frontier = {end for end in ends if end is not None} - seen
        seen |= frontier
        if not frontier:
            break
    return found


def _newest(edges: Iterable[Edge]) -> list[Edge]:
    """One edge for each pair: the newest, with the number of all."""
    pairs: dict[tuple[Node, Node], Edge] = {}
    for edge in edges:
        pair = edge.source, edge.target
        known = pairs.get(pair)
        newest = edge if known is None or edge.target_version > known.target_version else known
        pairs[pair] = replace(newest, times=known.times + 1 if known else 1)
    return [pairs[pair] for pair in sorted(pairs)]


def _step(db: Session, tables: Iterable[UUID], *, upstream: bool, within: set[UUID]) -> list[Edge]:
    if upstream:
        ids = set(db.scalars(select(TableVersion.commit_id).where(TableVersion.table_id.in_(tables))))
    else:
        ids = set(db.scalars(select(TablePin.commit_id).where(TablePin.table_id.in_(tables), TablePin.read)))
        ids |= set(db.scalars(select(VersionRead.commit_id).where(VersionRead.table_id.in_(tables))))
    sources = _sources(db, ids, within)
    made = select(TableVersion, Table).join(Table, Table.id == TableVersion.table_id)
    made = made.where(TableVersion.commit_id.in_(ids), TableVersion.table_id.in_(within))
    ends = set(tables)
    return [
        Edge(source, seen, Node("table", called(table), table.id), version.sequence, version.run_id, version.author)
        for version, table in db.execute(made)
        for source, seen in sources[version.commit_id]
        if (table.id in ends if upstream else source.table_id in ends)
    ]


def _reads(db: Session, commits: Iterable[UUID]) -> list[tuple[UUID, Table, int]]:
    """The tables that commits read and at which version: what they pinned and looked at, and what they asked for."""
    pinned = select(TablePin.commit_id, TablePin.table_id, TablePin.sequence).where(TablePin.read)
    asked = select(VersionRead.commit_id, VersionRead.table_id, VersionRead.sequence)
    ids = list(commits)
    both = pinned.where(TablePin.commit_id.in_(ids)).union(asked.where(VersionRead.commit_id.in_(ids))).subquery()
    query = select(both.c.commit_id, Table, both.c.sequence).join(Table, Table.id == both.c.table_id)
    rows = db.execute(query.order_by(Table.name, both.c.sequence))
    return [(commit_id, table, sequence) for commit_id, table, sequence in rows]


def _sources(db: Session, commits: set[UUID], within: set[UUID]) -> dict[UUID, list[tuple[Node, int | None]]]:
    sources: dict[UUID, list[tuple[Node, int | None]]] = defaultdict(list)
    for commit_id, table, sequence in _reads(db, commits):
        if table.id in within:
            sources[commit_id].append((Node("table", called(table), table.id), sequence))
    for row in db.scalars(select(CommitSource).where(CommitSource.commit_id.in_(commits))):
        sources[row.commit_id].append((Node("connector", f"{row.connector}.{row.stream}"), None))
    return sources
