"""Tables and staged files as relations that DuckDB reads, with the types that their columns declare."""

# ruff: noqa: S608 - names are quoted, paths are literals, and nothing that a person wrote gets in here
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.core.errors import Invalid
from workbench.core.sql import literal, quoted

from .evolution import evolve
from .types import Columns, names, projection, sql_type

FILE = "__workbench_file__"


@dataclass(frozen=True, slots=True)
class Relation:
    """A SELECT over Parquet files: exactly these columns, of exactly these types."""

    sql: str
    columns: Columns
    paths: tuple[str, ...] = ()

    def select(self, columns: Sequence[str] | None = None, limit: int | None = None) -> Relation:
        """Fewer columns or rows; DuckDB reads no more than that.

        Raises:
            Invalid: a column is not there.
        """
        chosen = list(self.columns) if columns is None else [self._column(name) for name in columns]
        body = f"SELECT {', '.join(quoted(name) for name in names(chosen))} FROM ({self.sql})"
        return Relation(body if limit is None else f"{body} LIMIT {int(limit)}", chosen, self.paths)

    def _column(self, name: str) -> dict[str, object]:
        for column in self.columns:
            if column["name"] == name:
                return dict(column)
        raise Invalid(
            f"There is no column {name!r}.",
            fix=f"There are {', '.join(names(self.columns)[:40])}.",
            code="column_not_found",
        )


def snapshot(folder: Path, version: int) -> Relation:
    """A table at one Delta version; the one way in which tables are read.

    Every column is cast to the type that the version's schema declares, and is a typed NULL where a file is older than
    the column. A table without files is a relation without rows.
    """
    from .delta import state

    found = state(folder, version)
    return over(found.columns, found.paths, found.partitioned_by)


def staged(path: Path, columns: Columns) -> Relation:
    """A staged file."""
    return over([{"name": c["name"], "type": c["type"]} for c in columns], (str(path),), ())


def layered(table: str, base: Relation | None, mode: str, write: Relation, key: Sequence[str] = ()) -> Relation:
    """What a table will hold when a write is applied to `base`: appended, in its place, or merged on a key.

    Raises:
        Conflict: the write's columns do not fit.
    """
    if base is None or mode == "replace":
        return write
    columns = evolve(table, base.columns, write.columns).columns
    kept = base.sql if mode == "append" else without(base.sql, write.sql, key)
    old = f"SELECT {projection(columns, names(base.columns))} FROM ({kept})"
    new = f"SELECT {projection(columns, names(write.columns))} FROM ({write.sql})"
    return Relation(f"{old} UNION ALL {new}", columns, base.paths + write.paths)


def without(old: str, new: str, key: Sequence[str]) -> str:
    """The rows of one SELECT whose key is not in another."""
    on = " AND ".join(f"o.{quoted(name)} = n.{quoted(name)}" for name in key)
    return f"SELECT o.* FROM ({old}) AS o ANTI JOIN ({new}) AS n ON {on}"


def over(columns: Columns, paths: Sequence[str], partitioned_by: Sequence[str] = ()) -> Relation:
    """Files as a relation; a column that none of them has is NULL, and one more that they have is passed over."""
    # Typed NULLs in a branch without rows give every column its type and its place, also those that no file has.
    body = f"SELECT {_typed_nulls(columns)} WHERE false"
    if paths:
        options = f"union_by_name=true, {_hive(columns, partitioned_by)}"
        body += f" UNION ALL BY NAME SELECT * FROM read_parquet({_listed(paths)}, {options})"
    return Relation(f"SELECT {projection(columns, names(columns))} FROM ({body})", columns, tuple(paths))


def touched(columns: Columns, paths: Sequence[str], new: str, key: Sequence[str]) -> str:
    """A SELECT of those paths whose files have a row with a key that another SELECT has too."""
    kinds = {column["name"]: column for column in columns}
    keys = [kinds[name] for name in key]
    on = " AND ".join(f"o.{quoted(name)} = n.{quoted(name)}" for name in key)
    body = (
        f"SELECT {_typed_nulls(keys)}, CAST(NULL AS VARCHAR) AS {FILE} WHERE false UNION ALL BY NAME SELECT * FROM "
        f"read_parquet({_listed(paths)}, union_by_name=true, hive_partitioning=false, filename={literal(FILE)})"
    )
    return (
        f"SELECT DISTINCT {FILE} FROM (SELECT {projection(keys, key)}, {FILE} FROM ({body})) AS o "
        f"SEMI JOIN ({new}) AS n ON {on}"
    )


def _typed_nulls(columns: Columns) -> str:
    return projection(columns, ())


def _listed(paths: Sequence[str]) -> str:
    return f"[{', '.join(literal(path) for path in paths)}]"


def _hive(columns: Columns, partitioned_by: Sequence[str]) -> str:
    # Said either way: by itself DuckDB takes any folder named `a=b` above the files for a column.
    if not partitioned_by:
        return "hive_partitioning=false"
    kinds = {column["name"]: sql_type(column["type"]) for column in columns}
    typed = ", ".join(f"{quoted(name)}: {kinds[name]}" for name in partitioned_by)
    return f"hive_partitioning=true, hive_types={{{typed}}}"
