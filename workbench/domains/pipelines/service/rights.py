"""What a run may read and write, and in whose name: the one place that computes it.

published     definer's rights: what the version declares, as far as its publisher still holds it
unpublished   what both the version's author and the caller hold, else an Admin would lend a draft her rights
interactive   what the caller holds
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from .globs import EVERYTHING, NOTHING, Globs, both, covers, matches, reduced


@dataclass(frozen=True, slots=True)
class Use:
    """One direction, reading or writing: globs over tables, and globs over `connector.stream`."""

    tables: Globs = NOTHING
    connectors: Globs = NOTHING

    @classmethod
    def declared(cls, globs: Iterable[str]) -> Use:
        """What people declare in one list; a glob with a star may mean both kinds."""
        found = reduced(globs)
        return cls(frozenset(glob for glob in found if "." not in glob), found)

    def __and__(self, other: Use) -> Use:
        return Use(both(self.tables, other.tables), both(self.connectors, other.connectors))

    def flat(self, tables: Collection[str]) -> tuple[str, ...]:
        """One list of globs that matches no more than this; `tables` are those that exist.

        A star matches dots too, so a glob over tables that goes beyond what connectors allow is spelled out.
        """
        found = set(self.connectors)
        for glob in self.tables:
            if "*" not in glob or covers(self.connectors, glob):
                found.add(glob)
            else:
                found |= {table for table in tables if matches(table, {glob})}
        return tuple(sorted(reduced(found)))


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a person may read and write at this moment."""

    reads: Use = Use()
    writes: Use = Use()

    def __and__(self, other: Holdings) -> Holdings:
        return Holdings(self.reads & other.reads, self.writes & other.writes)


ALL = Use(EVERYTHING, EVERYTHING)
EVERY_RIGHT = Holdings(ALL, ALL)
NO_RIGHT = Holdings()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by whose rights a run may act; `holdings` are those of this moment."""

    name: str
    user_id: UUID | None
    holdings: Holdings


@dataclass(frozen=True, slots=True)
class RunRights:
    """What a run may read and write, as globs over tables and `connector.stream`, and in whose name."""

    acting: str
    acting_id: UUID | None
    reads: tuple[str, ...]
    writes: tuple[str, ...]


def run_rights(
    caller: Person,
    *,
    author: Person | None = None,
    publisher: Person | None = None,
    declared: tuple[Iterable[str], Iterable[str]] | None = None,
    tables: Collection[str] = (),
) -> RunRights:
    """What a run may do.

    Interactive code gives the caller alone, an unpublished version its `author`, a published one its `publisher` and
    what it has `declared` to read and to write. `tables` are the names of the tables that exist.
    """
    if publisher is not None:
        reads, writes = declared or ((), ())
        held = publisher.holdings & Holdings(Use.declared(reads), Use.declared(writes))
        acting = publisher
    else:
        held = caller.holdings & (author.holdings if author is not None else EVERY_RIGHT)
        acting = caller
    return RunRights(acting.name, acting.user_id, held.reads.flat(tables), held.writes.flat(tables))


def lacking(held: Use, declared: Iterable[str]) -> list[str]:
    """What of the declared globs is not wholly held."""
    return sorted(glob for glob in reduced(declared) if not _holds(held, glob))


def _holds(held: Use, glob: str) -> bool:
    if "." in glob:
        return covers(held.connectors, glob)
    # A star reaches across dots, to connectors.
    return covers(held.tables, glob) and ("*" not in glob or covers(held.connectors, glob))
