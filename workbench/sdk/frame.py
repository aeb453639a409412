"""What `wb.read` answers: data that stay Arrow until somebody asks for another form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class Frame:
    """A stream of Arrow batches; read it once as `batches()`, or any number of times in memory."""

    def __init__(self, reader: pa.RecordBatchReader) -> None:
        self._reader: pa.RecordBatchReader | None = reader
        self._table: pa.Table | None = None
        self.schema: pa.Schema = reader.schema

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self.schema.names)

    def to_arrow(self) -> pa.Table:
        """A pyarrow.Table."""
        if self._table is None:
            self._table = self._once().read_all()
        return self._table

    def to_pandas(self) -> pd.DataFrame:
        """A pandas.DataFrame."""
        return self.to_arrow().to_pandas()

    def to_polars(self) -> Any:
        """A polars.DataFrame; polars has to be installed."""
        import polars as pl

        return pl.from_arrow(self.to_arrow())

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The batches as they come, without holding them all; only once, unless the data are in memory already.

        Raises:
            RuntimeError: they have been read before.
        """
        yield from self._table.to_batches() if self._table is not None else self._once()

    def _once(self) -> pa.RecordBatchReader:
        if self._reader is None:
            raise RuntimeError("These batches have been read; call wb.read again, or use to_arrow() to keep the data.")
        reader, self._reader = self._reader, None
        return reader

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Any library that speaks the Arrow stream interface can take a frame as it is."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return int(self.to_arrow().num_rows)

    def __repr__(self) -> str:
        return f"<Frame: {', '.join(f'{field.name} {field.type}' for field in self.schema)}>"

    def _repr_html_(self) -> str:
        table = self.to_arrow()
        caption = f"<p>{table.num_rows:,} rows, {table.num_columns} columns</p>"
        return str(table.slice(0, 20).to_pandas()._repr_html_()) + caption


def as_reader(data: Any) -> pa.RecordBatchReader:
    """Arrow batches of what people have: a Frame, pandas, polars, Arrow, a list of dicts, or a dict of columns.

    Raises:
        Invalid: it is none of these.
    """
    import pyarrow as pa

    from workbench.core.errors import Invalid

    if isinstance(data, pa.RecordBatchReader):
        return data
    if isinstance(data, Frame):
        return pa.RecordBatchReader.from_batches(data.schema, data.batches())
    try:
        return _table(data, pa).to_reader()
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError) as error:
        raise Invalid(
            f"This {type(data).__name__} cannot become a table: {error}",
            fix="Give each column values of one type; write a DataFrame, an Arrow table or a list of dicts.",
            code="not_a_table",
        ) from error


def _table(data: Any, pa: Any) -> pa.Table:
    if type(data).__module__.startswith("pandas"):
        frame = data.to_frame() if type(data).__name__ == "Series" else data
        named = [name for name in frame.index.names if name is not None]  # a groupby's keys are in the index
        frame = frame.reset_index() if named else frame
        return pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
    if isinstance(data, list):
        return pa.Table.from_pylist(data)
    if isinstance(data, dict):
        return pa.table(data)
    if hasattr(data, "__arrow_c_stream__") or isinstance(data, pa.Table | pa.RecordBatch):
        return pa.table(data)
    raise TypeError("unknown form")
