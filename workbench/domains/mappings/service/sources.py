"""The rows that a mapping is tried on: of a table, or the first of a connector's stream, kept for some minutes."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import replace

from workbench.core.context import Context
from workbench.core.errors import Invalid, NotFound, WorkbenchError
from workbench.core.permissions import PERMISSIONS
from workbench.core.visibility import find
from workbench.core.workbench import Workbench
from workbench.domains.connectors.models import Connector
from workbench.domains.connectors.service import prepare
from workbench.domains.mappings.schemas.documents import Document, TargetColumn
from workbench.domains.store.drivers.relations import Relation
from workbench.domains.store.drivers.types import sql_type
from workbench.domains.store.service import reading
from workbench.domains.store.service.spooling import Spooled

ROWS, STREAM_ROWS = 10_000, 1_000
KEPT, SECONDS = 50, 600.0
Key = tuple[object, ...]


class Samples:
    """The first rows of streams, so that a source is not asked again at each step of an edit."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, tuple[float, Spooled]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Spooled | None:
        """A sample that is not too old."""
        with self._lock:
            at, found = self._kept.get(key, (0.0, None))
            return found if time.monotonic() - at < SECONDS else None

    def put(self, key: Key, sample: Spooled) -> None:
        """Keep a sample, in the place of the oldest where there are many."""
        with self._lock:
            left = [self._kept.pop(key, None)]
            self._kept[key] = time.monotonic(), sample
            if len(self._kept) > KEPT:
                left.append(self._kept.popitem(last=False)[1])
        for old in left:
            if old is not None:
                old[1].close()

    def close(self) -> None:
        """Remove all samples."""
        while self._kept:
            self._kept.popitem()[1][1].close()


def look(ctx: Context, source: str) -> Relation:
    """The first rows of a source, as the caller may read them now.

    Raises:
        NotFound: there is no such table, connector or stream that she may read.
        WorkbenchError: the source does not answer.
    """
    name, dot, stream = source.partition(".")
    return _stream(ctx, name, stream) if dot else reading.relation(ctx, name).select(limit=ROWS)


def require(ctx: Context, source: str) -> None:
    """Refuse a source that is not there; one that does not answer now may be there.

    Raises:
        Invalid: with a pointer to it.
    """
    try:
        look(ctx, source)
    except NotFound as error:
        told = {"pointer": "/document/source", "message": f"{error.detail} {error.fix}".strip()}
        raise Invalid(
            f"There is no source {source!r}.", fix=error.fix, code="source_not_found", errors=[told]
        ) from None
    except WorkbenchError:
        return


def target_of(ctx: Context, document: Document) -> Relation | None:
    """The target's table as it is; None where there is none that the caller may read."""
    if document.target is not None:
        with suppress(NotFound):
            return reading.relation(ctx, document.target)
    return None


def filled_in(ctx: Context, document: Document) -> Document:
    """A document with the columns of its target's table, where it names none itself.

    Raises:
        NotFound: there is no such table that the caller may read.
        Invalid: it has more columns than a mapping takes.
    """
    if document.columns or document.target is None:
        return document
    return document.model_copy(update={"columns": as_target(reading.relation(ctx, document.target))})


def as_target(table: Relation) -> list[TargetColumn]:
    """The columns of a table that a mapping can make; structures and maps are left out.

    Raises:
        Invalid: there are more than a mapping takes.
    """
    made = []
    for column in table.columns:
        with suppress(ValueError):
            made.append(TargetColumn(name=column["name"], type=sql_type(column["type"])))
    return made


def _stream(ctx: Context, name: str, stream: str) -> Relation:
    with ctx.reading() as db:
        reads = replace(ctx, permission=PERMISSIONS["connectors:read_data"])
        connector: Connector = find(reads, db, Connector, name)
        opening = prepare(ctx, db, connector)
        key = (connector.id, connector.version, stream)
    samples = _samples(ctx.workbench)
    sample = samples.get(key)
    if sample is None:
        sample = opening.attempt(lambda driver: Spooled(ctx.workbench, driver.read(stream, limit=STREAM_ROWS)))
        samples.put(key, sample)
    return sample.relation


def _samples(workbench: Workbench) -> Samples:
    return workbench.part("mappings.samples", Samples)
