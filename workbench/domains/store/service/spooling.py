"""Rows that somebody brings to be looked at, as a relation over a file for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.core.ids import new_id
from workbench.core.workbench import Workbench
from workbench.domains.store.drivers.files import write
from workbench.domains.store.drivers.relations import Relation, staged

from . import parts

if TYPE_CHECKING:
    import pyarrow as pa


class Spooled:
    """Rows in a file of their own, in the types of the store; gone when it is closed."""

    def __init__(self, workbench: Workbench, rows: pa.RecordBatchReader) -> None:
        """Take all rows.

        Raises:
            Invalid: a type or a value is none that the store keeps.
            Unavailable: the disk is full.
        """
        from workbench.domains.store.drivers import arrow

        schema = arrow.normalise(rows.schema)
        self._path = parts.spill(workbench.settings) / f"{new_id().hex}.parquet"
        write(self._path, arrow.normalised(rows, schema))
        self.relation: Relation = staged(self._path, arrow.columns_of(schema))

    def close(self) -> None:
        """Remove the file."""
        self._path.unlink(missing_ok=True)
