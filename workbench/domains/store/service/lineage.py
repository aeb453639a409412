"""Where the rows of tables came from, and what was made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, func, select, union_all
from sqlalchemy.orm import Session, aliased

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


_MADE = (
    TableVersion.table_id.label("target"),
    TableVersion.sequence.label("made"),
    TableVersion.run_id.label("run_id"),
    TableVersion.author.label("author"),
)


def note_source(db: Session, commit_id: UUID, connector: str, stream: str) -> None:
    """Remember that a commit's run read a connector's stream."""
    key = (commit_id, connector, stream)
    if db.get(CommitSource, key) is None:
        db.add(CommitSource(commit_id=commit_id, connector=connector, stream=stream))
        db.flush()


def sources_of(db: Session, commit_id: UUID) -> list[tuple[str, str]]:
    """The connectors and streams that a commit's run read."""
    columns = select(CommitSource.connector, CommitSource.stream).where(CommitSource.commit_id == commit_id)
    return [(connector, stream) for connector, stream in db.execute(columns)]


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


def edges(db: Session, table: Table, *, upstream: bool, depth: int, within: Select[UUID]) -> list[Edge]:
    """What `table` was made of, or what was made of it, over up to `depth` steps through tables in `within`."""
    found: list[Edge] = []
    seen, frontier = {table.id}, {table.id}
    for _ in range(depth):
        step = _step(db, frontier, upstream=upstream, within=within)
        found += step
        ends = {(edge.source if upstream else edge.target).table_id for edge in step}
        frontier = {end for end in ends if end is not None} - seen
        seen |= frontier
        if not frontier:
            break
    return found


def _step(db: Session, tables: set[UUID], *, upstream: bool, within: Select[UUID]) -> list[Edge]:
    """The edges that end (or begin) at tables: one for each pair of names, the newest, with the number of all."""
    looks = union_all(
        _looks(TablePin, tables, upstream, within).where(TablePin.read), _looks(VersionRead, tables, upstream, within)
    )
    found = _between_tables(db, looks.subquery())
    if upstream:
        found += _from_connectors(db, tables, within)
    pairs: dict[tuple[Node, Node], Edge] = {}
    for edge in sorted(found, key=lambda edge: edge.target_version):
        known = pairs.get((edge.source, edge.target))  # of a table that was put away and had the same name
        pairs[edge.source, edge.target] = replace(edge, times=edge.times + known.times) if known else edge
    return [pairs[pair] for pair in sorted(pairs)]


def _looks(kind: type[TablePin | VersionRead], tables: set[UUID], upstream: bool, within: Select[UUID]) -> Any:
    """That a commit saw a version of a table and made one of another, of which one is among `tables`."""
    near = TableVersion.table_id if upstream else kind.table_id
    columns = kind.table_id.label("source"), kind.sequence.label("seen"), *_MADE
    joined = select(*columns).join(TableVersion, TableVersion.commit_id == kind.commit_id)
    return joined.where(near.in_(tables), TableVersion.table_id.in_(within), kind.table_id.in_(within))


def _between_tables(db: Session, looks: Subquery) -> list[Edge]:
    newest = _newest(looks, looks.c.source, looks.c.target, then=looks.c.seen)
    source, target = aliased(Table), aliased(Table)
    query = select(source, target, newest).join(source, source.id == newest.c.source)
    rows = db.execute(query.join(target, target.id == newest.c.target).where(newest.c.place == 1))
    return [_edge(_node(row[0]), row.seen, _node(row[1]), row) for row in rows]


def _from_connectors(db: Session, tables: set[UUID], within: Select[UUID]) -> list[Edge]:
    columns = CommitSource.connector, CommitSource.stream, *_MADE
    looks = select(*columns).join(TableVersion, TableVersion.commit_id == CommitSource.commit_id)
    looked = looks.where(TableVersion.table_id.in_(tables), TableVersion.table_id.in_(within)).subquery()
    newest = _newest(looked, looked.c.connector, looked.c.stream, looked.c.target)
    rows = db.execute(select(Table, newest).join(Table, Table.id == newest.c.target).where(newest.c.place == 1))
    return [_edge(Node("connector", f"{row.connector}.{row.stream}"), None, _node(row[0]), row) for row in rows]


def _newest(looks: Subquery, *pair: ColumnElement[Any], then: ColumnElement[Any] | None = None) -> Subquery:
    """Looks with their `place` among those of the same pair, the newest first, and how many versions were made."""
    order = [looks.c.made.desc(), *([] if then is None else [then.desc()])]
    place = func.row_number().over(partition_by=pair, order_by=order).label("place")
    times = func.dense_rank().over(partition_by=pair, order_by=looks.c.made).label("times")
    return select(looks, place, times).subquery()


def _edge(source: Node, seen: int | None, target: Node, row: Any) -> Edge:
    return Edge(source, seen, target, row.made, row.run_id, row.author, row.times)


def _node(table: Table) -> Node:
    return Node("table", called(table), table.id)


def _reads(db: Session, commits: Iterable[UUID]) -> list[tuple[UUID, Table, int]]:
    """The tables that commits read and at which version: what they pinned and looked at, and what they asked for."""
    pinned = select(TablePin.commit_id, TablePin.table_id, TablePin.sequence).where(TablePin.read)
    asked = select(VersionRead.commit_id, VersionRead.table_id, VersionRead.sequence)
    ids = list(commits)
    both = pinned.where(TablePin.commit_id.in_(ids)).union(asked.where(VersionRead.commit_id.in_(ids))).subquery()
    query = select(both.c.commit_id, Table, both.c.sequence).join(Table, Table.id == both.c.table_id)
    rows = db.execute(query.order_by(Table.name, both.c.sequence))
    return [(commit_id, table, sequence) for commit_id, table, sequence in rows]
