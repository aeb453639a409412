"""DuckDB within this process, for SQL that we wrote ourselves."""

from __future__ import annotations

import contextlib
import ctypes
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.core.errors import Invalid, TimedOut

from .relations import Relation

if TYPE_CHECKING:
    import pyarrow as pa


class Duck:
    """One in-memory database per process, opened when first needed, within limits; every read is a cursor on it."""

    def __init__(self, *, memory: int, spill: Path, threads: int | None = None) -> None:
        self._config: dict[str, Any] = {
            "threads": threads or os.cpu_count() or 2,
            "memory_limit": f"{memory // 1_000_000}MB",
            "temp_directory": str(spill),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        self._lock = threading.Lock()
        self._opened: tuple[int, Any] | None = None

    def cursor(self) -> Any:
        """A connection of the caller's own."""
        import duckdb

        with self._lock:
            if self._opened is not None and self._opened[0] != os.getpid():
                # A fork has none of DuckDB's threads: closing the parent's database would wait for them for ever.
                ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._opened[1]))
                self._opened = None
            if self._opened is None:
                self._opened = os.getpid(), duckdb.connect(":memory:", config=self._config)
                self._opened[1].execute("SET GLOBAL TimeZone = 'UTC'")
            return self._opened[1].cursor()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a SELECT, for small answers."""
        with self.cursor() as connection:
            found: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
            return found

    def table(self, sql: str, seconds: float) -> pa.Table:
        """The rows of a SELECT of our own that is made of what people chose, in `seconds` at most.

        Raises:
            TimedOut: it took longer and was ended.
            Invalid: it needs more memory than there is for it.
        """
        import duckdb

        with self.cursor() as connection:
            deadline = threading.Timer(seconds, connection.interrupt)
            deadline.daemon = True
            deadline.start()
            try:
                return connection.sql(sql).to_arrow_table()
            except duckdb.InterruptException as error:
                raise TimedOut(
                    f"The query was ended after {seconds:g} s.", fix="Narrow it.", code="query_timed_out"
                ) from error
            except duckdb.Error as error:
                raise Invalid(str(error).splitlines()[0], fix="Ask for less.", code="query_failed") from error
            finally:
                deadline.cancel()

    def stream(self, relation: Relation) -> pa.RecordBatchReader:
        """The rows of a relation, batch by batch, in the Arrow types of its columns."""
        import pyarrow as pa

        from .arrow import BATCH_ROWS, convert, schema_of

        schema = schema_of(relation.columns)
        connection = self.cursor()
        source = connection.sql(relation.sql).to_arrow_reader(BATCH_ROWS)

        def batches() -> Iterator[pa.RecordBatch]:
            with connection:
                for batch in source:
                    columns = [convert(batch.column(place), field) for place, field in enumerate(schema)]
                    yield pa.RecordBatch.from_arrays(columns, schema=schema)

        return pa.RecordBatchReader.from_batches(schema, batches())

    def close(self) -> None:
        """Close the database, if it was opened here; what is still asked of it ends by itself."""
        with self._lock:
            if self._opened is not None and self._opened[0] == os.getpid():
                import duckdb

                with contextlib.suppress(duckdb.Error):  # said where a cursor is busy; nothing more can be asked then
                    self._opened[1].close()
            self._opened = None
