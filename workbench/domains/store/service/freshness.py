"""As of when the newest rows of some tables are."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select

from workbench.core.context import Context
from workbench.domains.store.models import Table, TableHead, TableVersion

from .tables import all_readable


@dataclass(frozen=True, slots=True)
class Standing:
    """How some tables stand: when the oldest of their versions was written, and by which run.

    `stamp` is another one once one of them has a new version. It tells neither how many tables there are nor how often
    they were written: readers by a share hear it, too.
    """

    stamp: str
    as_of: datetime | None
    run_id: UUID | None


def standing(ctx: Context, names: Collection[str]) -> Standing:
    """How those of some tables stand that the caller may read."""
    if not names:
        return Standing("", None, None)
    written = and_(TableVersion.table_id == TableHead.table_id, TableVersion.sequence == TableHead.sequence)
    readable = all_readable(ctx).with_only_columns(Table.id).where(Table.name.in_(names))
    with ctx.reading() as db:
        rows = select(TableVersion).join(TableHead, written).where(TableHead.table_id.in_(readable))
        heads = list(db.scalars(rows.order_by(TableHead.table_id)))
    oldest = min(heads, key=lambda one: one.created_at, default=None)
    said = " ".join(f"{one.table_id} {one.sequence}" for one in heads)  # the ids are what nobody can guess
    stamp = hashlib.blake2b(said.encode(), digest_size=12).hexdigest()
    return Standing(stamp, oldest.created_at if oldest else None, oldest.run_id if oldest else None)
